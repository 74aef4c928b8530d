using Athena.Common.Logs.Windows;
using Athena.Common.Sight;
using static Athena.Common.Tests.Sight.Some;

namespace Athena.Common.Tests.Sight;

public sealed class WindowSightTests
{
    [Test]
    public void Nobody_is_said_of_a_quiet_window_only_when_all_agree()
    {
        var activity = Activity(true) with { ProbeEchoes = [Echo("a", 2), Echo("b", 7)] };
        var sight = WindowSight.Of(new SightFacts(Seen, activity, Roster(User(2, -300)), null, new HashSet<long>()), Book("a", "b"));
        Assert.That(sight.Coverage.IsComplete);
        Assert.That(sight.Coverage.Notes, Is.Empty);
    }

    [Test]
    public void Who_was_active_while_the_log_was_lost_does_not_prove_a_second_node()
    {
        var activity = Activity(true) with { ProbeEchoes = [Echo("b", 7)] };
        var sight = WindowSight.Of(new SightFacts(Seen, activity, Roster(User(2, 4)), null, new HashSet<long>()), Book("a", "b"));
        Assert.That(sight.Coverage.Gaps.Select(gap => gap.Cause), Is.EqualTo(new[] { GapCause.ProbeLost }));
        Assert.That(sight.Sight.Unseen, Is.Empty);
    }

    [Test]
    public void What_each_of_the_three_found_stands_in_the_coverage_in_order_of_time()
    {
        var reader = Seen.With(new Gap(At(13), At(14), GapCause.Dropped, "journald dropped 112 lines")) with { Notes = ["the zone changed"] };
        var activity = Activity(true) with { ProbeEchoes = [Echo("b", 7)] };
        var sight = WindowSight.Of(new SightFacts(reader, activity, Roster(User(2, 9)), null, new HashSet<long>()), Book("a", "b"));
        Assert.That(sight.Coverage.Gaps.Select(gap => (gap.Cause, gap.From)), Is.EqualTo(new[]
        {
            (GapCause.ProbeLost, At(0)), (GapCause.SeesNotAll, At(0)), (GapCause.Dropped, At(13)),
        }));
        Assert.That(sight.Coverage.Notes, Is.EqualTo(new[] { "the zone changed" }));
    }

    private static ProbeBook Book(string first, string second) => ProbeBook.Empty.With(Probe(first, 2)).With(Probe(second, 7));
}
