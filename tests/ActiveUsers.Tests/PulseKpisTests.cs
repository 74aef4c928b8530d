using System.Globalization;
using Athena.ActiveUsers.History;
using Athena.Common.Grafana.Usage;
using Athena.Common.Kpis;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Tests;

/// <summary>The key figures of a span: what is known of it, what counts against it, and that nothing unknown counts as well.</summary>
internal sealed class PulseKpisTests
{
    private static readonly Window Day = new(Some.Six, Some.Six.AddDays(1));
    private static readonly AuditVerification Whole = new(9, 1, AuditAnchor.Beginning, [], []);
    private static readonly AlignedSchedule Quarters = new(TimeSpan.FromMinutes(15), Some.Zone);

    [Test]
    public void A_day_that_is_known_and_well_is_met()
    {
        var kpi = Availability(Windows(96, 15, 15));
        Assert.That((kpi.Value, kpi.AtMost, kpi.IsMet, kpi.Known, kpi.Of), Is.EqualTo((100.0, (double?)null, true, 1440L, 1440L)));
        Assert.That(kpi.ValueWords(), Is.EqualTo("100 %"));
    }

    [TestCase(95, null, "at least 98.95 %", Description = "fifteen minutes that nobody looked at decide")]
    [TestCase(96, true, "at least 99.93 %", Description = "one minute does not")]
    public void Minutes_without_a_check_are_shown_and_never_make_a_hundred(int windows, bool? isMet, string words)
    {
        var known = Windows(windows, 15, 15);
        if (windows == 96) known[^1] = known[^1] with { Checks = 14, ChecksUp = 14 };
        var kpi = Availability(known);
        Assert.That((kpi.IsMet, kpi.ValueWords()), Is.EqualTo((isMet, words)));
        Assert.That(kpi.How, Does.Contain("have no check and are not known"));
    }

    [Test]
    public void Minutes_without_a_check_in_which_Grafana_was_not_there_by_its_own_log_count_against_it()
    {
        var windows = Windows(96, 15, 15);
        windows[10] = windows[10] with { Checks = 0, ChecksUp = 0 };
        windows[11] = windows[11] with
        {
            Checks = 5,
            ChecksUp = 5,
            Down = [new DownSpan(windows[10].From.AddMinutes(5), windows[11].From.AddMinutes(10))],
        };
        var kpi = Availability(windows);
        Assert.That((kpi.Known, kpi.Value, kpi.IsMet), Is.EqualTo((1435L, 98.26, false)));
        Assert.That(kpi.How, Does.Contain("20 others have none and count as not there"));
    }

    [Test]
    public void What_the_checks_have_counted_already_is_not_counted_again_by_the_log()
    {
        var windows = Windows(96, 15, 15);
        windows[11] = windows[11] with
        {
            Checks = 13,
            ChecksUp = 5,
            Down = [new DownSpan(windows[11].From, windows[11].From.AddMinutes(9))],
        };
        var kpi = Availability(windows);
        Assert.That((kpi.Known, kpi.Value), Is.EqualTo((1439L, 99.3)), "eight by checks, one of two unknown minutes by the log");
    }

    [Test]
    public void Of_a_span_in_which_the_daemon_did_not_run_nothing_is_known() => Assert.That(
        PulseKpis.Of([], [], Whole, Day, Quarters).Select(kpi => (kpi.Value, kpi.IsMet)), Is.All.EqualTo(((double?)null, (bool?)null)));

    [Test]
    public void Logins_are_held_against_the_wrong_passwords_of_people_alone()
    {
        var kpi = Of(
            KpiKinds.LoginSuccess, [.. Windows(96, 15, 15).Select(window => window with { Logins = 10, FailedLogins = 50, Mistyped = 1 })]);
        Assert.That((kpi.Value, kpi.IsMet), Is.EqualTo((90.9, false)));
        Assert.That(kpi.How, Does.Contain("4,704 of addresses"));
    }

    [Test]
    public void Windows_that_were_not_seen_whole_or_have_no_requests_in_them_are_not_known()
    {
        var windows = Windows(96, 15, 15).Select(window => window with { Logins = 10, Mistyped = 0 }).ToArray();
        windows[0] = windows[0] with { IsComplete = false };
        windows[1] = windows[1] with { Locked = null };
        var kpi = Of(KpiKinds.LoginSuccess, windows);
        Assert.That((kpi.Known, kpi.Value, kpi.AtMost, kpi.IsMet), Is.EqualTo((1410L, 97.91, 100.0, (bool?)null)));
    }

    [TestCase(95, 5, true)]
    [TestCase(94, 6, false)]
    public void Ninety_five_of_a_hundred_dashboards_show_their_data_in_two_seconds(int fast, int slow, bool isMet)
    {
        var times = TimeTally.Of([.. Enumerable.Repeat(600L, fast), .. Enumerable.Repeat(2500L, slow)]);
        var windows = Windows(96, 15, 15);
        windows[7] = windows[7] with { Loads = LoadTimes.Of(times), Dashboards = [new DashboardLoads("ward", LoadTimes.Of(times))] };
        var kpi = Of(KpiKinds.DashboardLoad, windows);
        Assert.That((kpi.IsMet, kpi.Value < 2), Is.EqualTo((isMet, isMet)));
        Assert.That(kpi.Parts.Single().Name, Is.EqualTo("ward"));
        Assert.That(kpi.Parts.Single().Value, Does.StartWith("p50 0.65 s").And.EndWith("100 openings"));
    }

    [Test]
    public void A_time_that_is_kept_is_never_better_than_it_was_and_two_seconds_are_a_border()
    {
        foreach (var milliseconds in (long[])[1, 125, 130, 999, 1999, 2000, 2001, 9000, 63_000])
            Assert.That(
                LoadTimes.Sum([LoadTimes.Of(TimeTally.Of([milliseconds]))]).Percentile(95),
                Is.InRange(milliseconds, Math.Max(125, milliseconds * 1.1)), $"{milliseconds}");
        Assert.That(LoadTimes.Sum([LoadTimes.Of(TimeTally.Of([1830]))]).Percentile(50), Is.LessThan(2000));
    }

    [Test]
    public void Pulses_are_those_of_the_audit_since_it_began()
    {
        AuditRecord[] audit =
        [
            Record("started", "daemon", 60), Record("sent", "pulse/2026-11-21T05:15:00Z", 76), Record("sent", "alert/x", 77),
            Record("unsure", "pulse/2026-11-21T05:30:00Z", 91), Record("sent", "pulse/2026-11-21T05:45:00Z", 106),
        ];
        var kpi = PulseKpis.Of([], audit, Whole, new Window(Some.Six, Some.Six.AddHours(2)), Quarters)
            .Single(one => one.Key == KpiKinds.PulsesSent.Key);
        Assert.That((kpi.Value, kpi.AtMost, kpi.IsMet, kpi.Known, kpi.Of), Is.EqualTo((50.0, (double?)75, (bool?)false, 3L, 4L)));
    }

    [Test]
    public void Gaps_mails_that_were_given_up_and_a_changed_audit_are_data_lost()
    {
        var windows = Windows(96, 15, 15);
        windows[3] = windows[3] with { IsComplete = false, UnseenSeconds = 120 };
        var kpi = PulseKpis.Of(
            windows, [Record("mail", "alert/1", 60, "given up")], Whole with { Problems = ["audit.jsonl:3 was changed"] }, Day, Quarters)
            .Single(one => one.Key == KpiKinds.DataLoss.Key);
        Assert.That((kpi.Value, kpi.IsMet), Is.EqualTo((3.0, false)));
        Assert.That(kpi.How, Is.EqualTo(
            "1 of 96 windows were not seen whole, 2 minutes; 1 message was given up; the audit was changed in 1 place: audit verify."));
    }

    [Test]
    public void A_start_tells_since_when_Grafana_was_not_there_over_the_ends_of_windows()
    {
        var activity = Some.Activity();
        var (stopped, none) = new Outages { LastLine = Some.Six }.Read(activity with { DownSince = Some.Six.AddMinutes(3) });
        Assert.That(none, Is.Null);
        var (silent, _) = stopped.Read(activity);
        var (after, ended) = silent.Read(activity with { Starts = [new ServerStart(null, Some.Six.AddMinutes(31))] });
        Assert.That(ended, Is.EqualTo(new[] { new DownSpan(Some.Six.AddMinutes(3), Some.Six.AddMinutes(31)) }));
        Assert.That(after.DownSince, Is.Null);

        var killed = new Outages { LastLine = Some.Six.AddMinutes(1) }
            .Read(activity with { Starts = [new ServerStart(null, Some.Six.AddMinutes(31))] });
        Assert.That(killed.Ended, Is.EqualTo(new[] { new DownSpan(Some.Six.AddMinutes(1), Some.Six.AddMinutes(31)) }));
    }

    internal static WindowTotals[] Windows(int count, int checks, int up) =>
    [
        .. Enumerable.Range(0, count).Select(i => TotalsBookTests.Totals(15 * i, 1, checks: checks, up: up) with
        {
            Loads = [], Mistyped = 0, UnseenSeconds = 0,
        }),
    ];

    private static Kpi Availability(WindowTotals[] windows) => Of(KpiKinds.Availability, windows);

    private static Kpi Of(Kpi kind, WindowTotals[] windows) => PulseKpis.Of(windows, Day).Single(kpi => kpi.Key == kind.Key);

    private static AuditRecord Record(string name, string @case, int minute, string verdict = "") => new(
        minute, Some.Six.AddMinutes(minute).ToString("O", CultureInfo.InvariantCulture), name, @case, verdict, null, null, "", "", "");
}
