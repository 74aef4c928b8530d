using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Probes;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Grafana.Probes;

public sealed class WindowCoverageTests
{
    [Test]
    public void Nobody_is_said_of_a_quiet_window_only_when_all_agree()
    {
        var activity = Activity(true) with { ProbeEchoes = [Echo("a", 2), Echo("b", 7)] };
        var sight = WindowCoverage.Of(
            new CoverageFacts(Seen, activity, UserDirectory(User(2, -300)), null, new HashSet<long>()), Book("a", "b"));
        Assert.That(sight.Coverage.IsComplete);
        Assert.That(sight.Coverage.Notes, Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Where_successful_requests_are_hidden_nobody_is_never_said_also_of_a_quiet_night_without_an_account(bool isRouterLogging)
    {
        var book = new ProbeBook([.. Book("a", "b").Probes.Select(probe => probe with { IsLoginShown = true })]);
        var activity = Activity(isRouterLogging) with { ProbeEchoes = [Echo("a", 2), Echo("b", 7)] };
        var sight = WindowCoverage.Of(
            new CoverageFacts(Seen, activity, Athena.Common.Grafana.Identities.UserDirectory.Unread, null, new HashSet<long>()), book);
        Assert.That(sight.Coverage.Gaps.Select(gap => gap.Cause), Is.EqualTo(isRouterLogging ? [] : new[] { GapCause.RouterLoggingOff }));
    }

    [Test]
    public void A_log_without_one_line_proves_nothing_without_a_probe()
    {
        var (silent, some, brief) = (Seen, Seen with { LinesRead = 1 }, Seen with { Window = new Window(At(0), At(10)) });
        Assert.Multiple(() =>
        {
            Assert.That(Judge(silent, ProbeBook.Empty), Is.EqualTo(new[] { GapCause.EndsEarlier }));
            Assert.That(Judge(some, ProbeBook.Empty), Is.Empty);
            Assert.That(Judge(brief, ProbeBook.Empty), Is.Empty, "Grafana itself is silent for as long");
            Assert.That(
                Judge(silent, ProbeBook.Empty.With(Probe("a", 7, ProbeAnswer.None))), Is.Empty, "Grafana was down, and nobody was there");
        });

        static IEnumerable<GapCause> Judge(Coverage coverage, ProbeBook book) =>
            WindowCoverage.Of(new CoverageFacts(coverage, Activity(true), UserDirectory(), null, new HashSet<long>()), book)
                .Coverage.Gaps.Select(gap => gap.Cause);
    }

    [Test]
    public void Who_was_active_while_the_log_was_lost_does_not_prove_a_second_node()
    {
        var activity = Activity(true) with { ProbeEchoes = [Echo("b", 7)] };
        var sight = WindowCoverage.Of(
            new CoverageFacts(Seen, activity, UserDirectory(User(2, 4)), null, new HashSet<long>()), Book("a", "b"));
        Assert.That(sight.Coverage.Gaps.Select(gap => gap.Cause), Is.EqualTo(new[] { GapCause.ProbeLost }));
        Assert.That(sight.Sight.Unseen, Is.Empty);
    }

    [Test]
    public void What_each_of_the_three_found_stands_in_the_coverage_in_order_of_time()
    {
        var reader = Seen.With(new Gap(At(13), At(14), GapCause.Dropped, "journald dropped 112 lines")) with
        {
            Notes = ["the zone changed"],
        };
        var activity = Activity(true) with { ProbeEchoes = [Echo("b", 7)] };
        var sight = WindowCoverage.Of(
            new CoverageFacts(reader, activity, UserDirectory(User(2, 9)), null, new HashSet<long>()), Book("a", "b"));
        Assert.That(sight.Coverage.Gaps.Select(gap => (gap.Cause, gap.From)), Is.EqualTo(new[]
        {
            (GapCause.ProbeLost, At(0)), (GapCause.SeesNotAll, At(0)), (GapCause.Dropped, At(13)),
        }));
        Assert.That(sight.Coverage.Notes, Is.EqualTo(new[] { "the zone changed" }));
    }

    private static ProbeBook Book(string first, string second) => ProbeBook.Empty.With(Probe(first, 2)).With(Probe(second, 7));
}
