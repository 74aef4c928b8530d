using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;
using Athena.Compliance.State;
using static Athena.Compliance.Tests.Simulation.Lives;

namespace Athena.Compliance.Tests;

/// <summary>
/// What our own people are told of hours that could not be seen: the first at once, then once a day for each cause, then that it is over.
/// </summary>
internal sealed class NotSeenSeriesTests
{
    private readonly ComplianceState state = new();
    private DateTimeOffset end;

    [SetUp]
    public void Begin()
    {
        state.NotSeen.Clear();
        end = At(16, 6);
    }

    [Test]
    public void The_first_hour_is_told_at_once_then_one_a_day()
    {
        var told = Enumerable.Range(0, 72).Where(_ => IsTold(NotSeen("no-lists"))).ToList();
        Assert.That(told, Is.EqualTo(new[] { 0, 24, 48 }));
        Assert.That(state.NotSeen.Single(), Has.Property("Hours").EqualTo(72).And.Property("Since").EqualTo(At(16, 5)));
    }

    [Test]
    public void Another_cause_is_told_at_once_too_and_each_has_its_own_day()
    {
        Assert.That(IsTold(NotSeen("no-lists")), Is.True);
        Assert.That(IsTold(NotSeen("RouterLoggingOff")), Is.True);
        Assert.That(IsTold(NotSeen("no-lists")), Is.False);
        Assert.That(IsTold(NotSeen("RouterLoggingOff")), Is.False);
    }

    [TestCase(Outcome.OnlyAdmins)]
    [TestCase(Outcome.Nobody)]
    [TestCase(Outcome.VisitorsOnly)]
    [TestCase(Outcome.InUse)]
    public void An_hour_that_was_seen_is_the_all_clear_of_all_causes_once(Outcome outcome)
    {
        NotSeen("no-lists");
        NotSeen("RouterLoggingOff");
        Assert.That(
            Next(new Finding(outcome, "seen")).SeenAgain.Select(series => series.Cause),
            Is.EquivalentTo(new[] { "no-lists", "RouterLoggingOff" }));
        Assert.That(Next(new Finding(outcome, "seen")).SeenAgain, Is.Empty);
        Assert.That(IsTold(NotSeen("no-lists")), Is.True, "it has begun again");
    }

    [Test]
    public void None_is_an_hour_of_which_a_part_was_not_seen_or_in_which_somebody_was_seen_in_spite_of_it()
    {
        NotSeen("no-lists");
        Assert.That(Next(new Finding(Outcome.InUse, "seen") { Cause = "no-lists" }).SeenAgain, Is.Empty);
        Assert.That(Next(new Finding(Outcome.OnlyAdminsInPart, "a part"), isComplete: false).SeenAgain, Is.Empty);
        Assert.That(IsTold(NotSeen("no-lists")), Is.False);
    }

    [Test]
    public void The_mails_are_as_few()
    {
        var letters = new LetterWriter(Mails.Some.Options);
        List<string> keys = [];
        for (var hour = 0; hour < 30; hour++) keys.AddRange(letters.Write(NotSeen("no-lists")).Select(mail => mail.Key.Split('/')[0]));
        keys.AddRange(letters.Write(Next(new Finding(Outcome.InUse, "seen"))).Select(mail => mail.Key.Split('/')[0]));
        Assert.That(keys, Is.EqualTo(new[] { "not-seen", "not-seen", "seen-again" }));
    }

    private static bool IsTold(WindowEvidence evidence) => evidence.NotSeen is { IsToldAlready: false };

    private WindowEvidence NotSeen(string cause) => Next(new Finding(Outcome.NotSeen, "why " + cause) { Cause = cause });

    private WindowEvidence Next(Finding finding, bool isComplete = true)
    {
        var window = new Window(end.AddHours(-1), end);
        end = end.AddHours(1);
        IReadOnlyList<Gap> gaps = isComplete ? [] : [new Gap(window.From, window.To, GapCause.Dropped, "lost")];
        return state.Counted(new WindowEvidence(
            window, window.To, false, finding, new Coverage(window, gaps, [], 1, 0), [], [], "file:x", null, null));
    }
}
