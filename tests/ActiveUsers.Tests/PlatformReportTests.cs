using System.Text.Json;
using Athena.ActiveUsers.History;
using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.Tests;

internal sealed class PlatformReportTests
{
    [Test]
    public void On_its_first_day_nothing_is_met_or_missed()
    {
        var report = PlatformReport.Of([TotalsBookTests.Totals(0, 3)], Some.Six.AddDays(-29), Some.Six.AddMinutes(15), Some.Zone);
        Assert.That(report.Figures.Select(figure => figure.IsMet), Is.All.Null);
        Assert.That(report.Figures.Select(figure => figure.Remark), Is.All.StartsWith("too early to tell, 15 minutes of 30 days known; "));
    }

    [Test]
    public void The_figures_are_the_key_figures_and_what_the_log_tells_of_sign_ups()
    {
        var windows = PulseKpisTests.Windows(192, 15, 15);
        windows[0] = windows[0] with { SignUps = 2, Locked = 2, Strayed = 0, Logins = 500, Mistyped = 2 };
        windows[1] = windows[1] with { SignUps = 1, Locked = 0, Strayed = 1, Logins = 500, Mistyped = 2 };
        var report = Report(windows);
        Assert.That(report.Figures.Select(figure => (figure.Key, figure.Value, figure.IsMet)), Is.EqualTo(new (string, double?, bool?)[]
        {
            ("availability", 100, true), ("loginSuccess", 99.6, true), ("dashboardLoad", null, null), ("neededApproval", 66.66, false),
            ("sawBeforeApproval", 1, false),
        }));
    }

    [Test]
    public void What_is_not_known_is_said_to_be_with_what_would_make_it_known()
    {
        var report = Report(TotalsBookTests.Totals(0, 1, signUps: 2, locked: null, strayed: null));
        Assert.That(report.Figures.Select(figure => figure.IsMet), Is.All.Null);
        Assert.That(report.Figures.Select(figure => figure.Remark), Is.All.Not.Empty);
        Assert.That(ReportText.Write(report), Does.Contain("not known").And.Contain("router_logging = true"));
    }

    [Test]
    public void Days_are_those_of_the_zone_and_peaks_are_named()
    {
        // 22:00 in UTC is midnight in Johannesburg.
        var report = Report(TotalsBookTests.Totals(0, 3), TotalsBookTests.Totals((18 * 60) - 15, 9), TotalsBookTests.Totals(18 * 60, 4));
        Assert.That(report.Days.Select(day => (day.Day.Day, day.PeakUsers, day.Windows)), Is.EqualTo(new[] { (21, 9, 2), (22, 4, 1) }));
        Assert.That(ReportText.Write(report), Does.Contain("Most users: 9, 21 November 2026 23:45–00:00 SAST"));
    }

    [Test]
    public void The_json_says_the_same()
    {
        var json = JsonSerializer.Deserialize<JsonElement>(ReportJson.Write(Report(TotalsBookTests.Totals(0, 3, checks: 10, up: 9))));
        Assert.That(json.GetProperty("figures")[0].GetProperty("met").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("from").GetString(), Does.EndWith("+02:00"));
        Assert.That(json.GetProperty("busiest").GetProperty("byUsers").GetProperty("users").GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public void Who_signs_up_in_the_last_second_of_a_window_is_locked_in_the_next()
    {
        var figures = Report(
            TotalsBookTests.Totals(0, 1, signUps: 2, locked: 1, strayed: 0),
            TotalsBookTests.Totals(15, 1, signUps: 0, locked: 1, strayed: 0),
            TotalsBookTests.Totals(30, 1, signUps: 0, locked: 5, strayed: 0)).Figures;
        Assert.That(
            figures.Select(figure => (figure.Value, figure.IsMet)).Skip(3), Is.EqualTo(new (double?, bool?)[] { (100, true), (0, true) }));
    }

    [TestCase(0, Description = "the gate was down")]
    [TestCase(2)]
    public void What_those_saw_who_were_not_locked_is_not_known_to_be_nothing(int locked)
    {
        var figure = Report(TotalsBookTests.Totals(0, 1, signUps: 3, locked: locked, strayed: 0)).Figures[4];
        Assert.That((figure.Key, figure.IsMet), Is.EqualTo(("sawBeforeApproval", (bool?)null)));
        Assert.That(figure.Remark, Does.Contain($"{3 - locked} of 3 sign-ups were not seen to be locked"));
    }

    [Test]
    public void A_lock_is_counted_and_a_dashboard_before_it_is_seen()
    {
        var (early, late) = (Some.User(41, "new", 3, dashboards: [("ward", 1)]), Some.User(42, "newer", 3));
        var activity = Some.Activity(early, late) with
        {
            Changes =
            [
                Disable(41),
                Disable(42),
                new Change(Some.Six.AddMinutes(3), 1, "admin", 1, "POST", "/api/admin/users/cg4x9/disable", false),
            ],
            Security = new SecurityTally(0, 0, 0, 0, 3, 0),
        };
        Assert.That(LockRecord.Of(activity), Is.EqualTo((2L, 1L)));
        Assert.That(LockRecord.Of(activity with { Security = new SecurityTally(0, 0, 0, 0, 0, 0) }), Is.EqualTo((2L, 0L)));

        static Change Disable(long id) =>
            new(Some.Six.AddMinutes(2), 7, "athena-workers", 1, "POST", $"/api/admin/users/{id}/disable", true);
    }

    [Test]
    public void An_old_account_that_is_rejected_in_the_same_window_is_no_sign_up_that_saw_a_dashboard()
    {
        var (old, stranger) = (Some.User(1, "admin", 3, dashboards: [("ward", 1)]), Some.User(42, "newer", 3));
        var activity = Some.Activity(old, stranger) with
        {
            Changes =
            [
                .. new[] { 1, 42 }.Select(id =>
                    new Change(Some.Six.AddMinutes(2), 7, "athena-workers", 1, "POST", $"/api/admin/users/{id}/disable", true)),
            ],
            Security = new SecurityTally(0, 0, 0, 0, 1, 0),
        };
        Assert.That(LockRecord.Of(activity), Is.EqualTo((2L, 0L)));
    }

    private static PlatformReport Report(params WindowTotals[] windows) =>
        PlatformReport.Of(windows, Some.Six, Some.Six.AddDays(2), Some.Zone);
}
