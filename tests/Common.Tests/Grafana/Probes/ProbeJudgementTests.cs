using System.Text.Json;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;
using FsCheck;
using FsCheck.Fluent;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Grafana.Probes;

public sealed class ProbeJudgementTests
{
    [Test]
    public void A_quiet_window_whose_probes_came_back_was_seen()
    {
        var found = Judge([Probe("a", 2), Probe("b", 7), Probe("c", 12)], [Echo("a", 2, 3), Echo("b", 7, 1), Echo("c", 12, 20)]);
        Assert.Multiple(() =>
        {
            Assert.That(found.Gaps, Is.Empty);
            Assert.That(found.Notes, Is.Empty);
            Assert.That((found.Judged, found.Back), Is.EqualTo((3, 3)));
            Assert.That(found.MedianDelay, Is.EqualTo(TimeSpan.FromMilliseconds(3)));
            Assert.That(found.MaxDelay, Is.EqualTo(TimeSpan.FromMilliseconds(20)));
        });
    }

    [Test]
    public void A_lost_probe_hides_what_lies_between_the_echoes_around_it()
    {
        var gap = Judge([Probe("a", 2), Probe("b", 7), Probe("c", 12)], [Echo("a", 2), Echo("c", 12)]).Gaps.Single();
        Assert.That(gap, Is.EqualTo(new Gap(
            At(2).AddMilliseconds(1), At(12).AddMilliseconds(1), GapCause.ProbeLost,
            "a test request was answered by Grafana but is not in the log")));
    }

    [Test]
    public void Without_any_echo_the_whole_window_is_hidden()
    {
        var gap = Judge([Probe("a", 2), Probe("b", 7)], []).Gaps.Single();
        Assert.That((gap.From, gap.To, gap.Why), Is.EqualTo(
            (Quarter.From, Quarter.To, "2 test requests were answered by Grafana but are not in the log")));
    }

    [Test]
    public void Two_losses_with_an_echo_between_are_two_gaps()
    {
        var gaps = Judge([Probe("a", 2), Probe("b", 7), Probe("c", 12)], [Echo("b", 7)]).Gaps;
        Assert.That(gaps.Select(gap => (gap.From, gap.To)),
            Is.EqualTo(new[] { (Quarter.From, At(7).AddMilliseconds(1)), (At(7).AddMilliseconds(1), Quarter.To) }));
    }

    [TestCase(0.05)]
    [TestCase(14.9)]
    public void A_probe_near_an_end_of_the_window_may_have_its_echo_outside(double minute) =>
        Assert.That(Judge([Probe("a", minute)], []), Is.EqualTo(new ProbeFindings([], [], 0, 0, null, null)).Using<ProbeFindings>(Same));

    [Test]
    public void Clocks_that_differ_by_seconds_widen_the_ends()
    {
        // Grafana's clock is 40 s ahead: the last probe's line is dated after the window.
        var found = Judge([Probe("a", 7), Probe("b", 14.4)], [Echo("a", 7, 40_000)]);
        Assert.That((found.Gaps.Count, found.MaxDelay), Is.EqualTo((0, TimeSpan.FromSeconds(40))));
    }

    [Test]
    public void A_probe_that_Grafana_did_not_answer_says_nothing_of_sight() =>
        Assert.That(Judge([Probe("a", 2), Probe("b", 7, ProbeAnswer.None), Probe("c", 12)], [Echo("a", 2), Echo("c", 12)]).Gaps, Is.Empty);

    [Test]
    public void An_answer_of_something_in_front_of_Grafana_says_nothing_either_but_is_told()
    {
        var found = Judge([Probe("a", 7, ProbeAnswer.Elsewhere)], []);
        Assert.That((found.Gaps.Count, found.Judged), Is.EqualTo((0, 0)));
        Assert.That(found.Notes.Single(), Does.Contain("GRAFANA_URL"));
    }

    [Test]
    public void An_echo_proves_sight_even_of_a_probe_whose_answer_was_lost() =>
        Assert.That(Judge([Probe("a", 7, ProbeAnswer.None)], [Echo("a", 7)]).Back, Is.EqualTo(1));

    [Test]
    public void With_anonymous_access_and_router_logging_off_no_echo_can_appear()
    {
        var found = Judge([Probe("a", 7, ProbeAnswer.Page)], [], RouterLogging.Off);
        Assert.That(found.Gaps, Is.Empty);
        Assert.That(
            found.Notes, Is.EqualTo(new[] { "test requests leave no line here: anonymous access is on and router_logging is off" }));
    }

    [TestCase(RouterLogging.On)]
    [TestCase(RouterLogging.Unknown)]
    public void With_anonymous_access_a_missing_echo_is_blindness_unless_router_logging_is_known_to_be_off(RouterLogging logging) =>
        Assert.That(Judge([Probe("a", 7, ProbeAnswer.Page)], [], logging).Gaps, Has.Count.EqualTo(1));

    [Test]
    public void Router_logging_off_does_not_excuse_a_redirect_that_is_missing() =>
        Assert.That(Judge([Probe("a", 7)], [], RouterLogging.Off).Gaps, Has.Count.EqualTo(1));

    [Test]
    public void Other_daemons_probes_and_strangers_imitations_count_nothing()
    {
        var found = Judge([Probe("a", 7)], [Echo("other", 7), new ProbeEcho("", At(8))]);
        Assert.That((found.Gaps.Count, found.Back), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Only_the_first_echo_of_a_probe_counts_so_repeating_it_measures_nothing()
    {
        var found = Judge([Probe("a", 7)], [Echo("a", 11), Echo("a", 7)]);
        Assert.That(found.MaxDelay, Is.EqualTo(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public void An_echo_an_hour_off_is_sight_by_another_clock()
    {
        var found = ProbeJudgement.Of(new Window(At(-60), At(60)), Book([Probe("a", -30)]), [Echo("a", 20)], RouterLogging.On);
        Assert.That((found.Gaps.Count, found.Back), Is.EqualTo((0, 0)));
        Assert.That(found.Notes.Single(), Is.EqualTo("a test request came back with a time 50 min later than ours: the clocks differ"));
    }

    [Test]
    public void A_window_without_probes_is_judged_by_the_log_alone() =>
        Assert.That(Judge([], []), Is.EqualTo(new ProbeFindings([], [], 0, 0, null, null)).Using<ProbeFindings>(Same));

    /// <summary>
    /// Whatever is lost: each lost probe lies in a gap, no echo lies inside of one, and the gaps are in order and in the window.
    /// </summary>
    [Test]
    public void Gaps_hold_all_that_was_lost_and_nothing_that_was_seen() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(0, 2).ArrayOf(12).ToArbitrary(), fates =>
        {
            var window = new Window(At(0), At(60));
            var probes = fates.Select((fate, i) => Probe($"{i}", (i * 5) + 1, fate == 0 ? ProbeAnswer.None : ProbeAnswer.LoginPage))
                .ToArray();
            var echoes = fates.Index().Where(one => one.Item == 2).Select(one => Echo($"{one.Index}", (one.Index * 5) + 1)).ToArray();
            var gaps = ProbeJudgement.Of(window, Book(probes), echoes, RouterLogging.On).Gaps;
            var lost = fates.Index().Where(one => one.Item == 1).Select(one => probes[one.Index]);
            return lost.All(probe => gaps.Count(gap => gap.From <= probe.SentAt && probe.SentAt < gap.To) == 1)
                && echoes.All(echo => !gaps.Any(gap => gap.From < echo.At && echo.At < gap.To))
                && gaps.Zip(gaps.Skip(1)).All(pair => pair.First.To <= pair.Second.From)
                && gaps.All(gap => gap.From >= window.From && gap.To <= window.To);
        }));

    [Test]
    public void The_book_keeps_more_than_a_day_and_survives_the_disk()
    {
        var book = ProbeBook.Empty;
        for (var i = 0; i < 1000; i++)
            book = book.With(Probe($"{i}", i * 5));
        Assert.Multiple(() =>
        {
            Assert.That(book.Probes, Has.Count.EqualTo(ProbeBook.Capacity));
            Assert.That(book.Probes[^1].SentAt - book.Probes[0].SentAt, Is.GreaterThan(TimeSpan.FromHours(26)));
            Assert.That(JsonSerializer.Deserialize<ProbeBook>(JsonSerializer.Serialize(book))!.Probes, Is.EqualTo(book.Probes));
        });
    }

    [Test]
    public void The_next_probe_is_due_five_minutes_after_the_last_also_after_a_restart()
    {
        var book = ProbeBook.Empty.With(Probe("a", 0));
        Assert.Multiple(() =>
        {
            Assert.That(CoverageProbe.NextAt(ProbeBook.Empty, At(1)), Is.EqualTo(At(1)));
            Assert.That(CoverageProbe.NextAt(book, At(1)), Is.EqualTo(At(5)));
            Assert.That(CoverageProbe.NextAt(book, At(-30)), Is.EqualTo(At(-30)), "the clock was set back");
        });
    }

    private static ProbeFindings Judge(ProbeRecord[] probes, ProbeEcho[] echoes, RouterLogging logging = RouterLogging.On) =>
        ProbeJudgement.Of(Quarter, Book(probes), echoes, logging);

    private static ProbeBook Book(IEnumerable<ProbeRecord> probes) => probes.Aggregate(ProbeBook.Empty, (book, probe) => book.With(probe));

    private static bool Same(ProbeFindings one, ProbeFindings other) =>
        one.Gaps.SequenceEqual(other.Gaps) && one.Notes.SequenceEqual(other.Notes)
        && (one.Judged, one.Back, one.MedianDelay, one.MaxDelay) == (other.Judged, other.Back, other.MedianDelay, other.MaxDelay);
}
