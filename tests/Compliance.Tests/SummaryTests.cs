using Athena.Common.State.Audit;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.Summaries;

namespace Athena.Compliance.Tests;

internal sealed class SummaryTests
{
    private static readonly TimeZoneInfo Johannesburg = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg");
    private static readonly DateOnly Friday = new(2026, 11, 20);
    private static readonly WindowSettings Windows = new(
        new HashSet<int> { 6, 7, 8, 9 }, Enum.GetValues<DayOfWeek>().ToHashSet(), TimeSpan.FromHours(1), TimeSpan.FromSeconds(20),
        TimeSpan.FromDays(1), null, Johannesburg);

    [Test]
    public void Every_hour_that_was_due_has_a_cell_whether_the_audit_knows_it_or_not()
    {
        AuditRecord[] audit =
        [
            Decision("AC-20261120T0400Z", "in-use"),
            Decision("AC-20261120T0500Z", "only-admins, late"),
            new(3, "", "mail", "AC-20261120T0600Z", "accepted", null, null, "", "", ""),
            Decision("AC-20261121T0500Z", "not-looked-at, late", "2026-11-21T05:00:00+02:00/2026-11-21T07:00:00+02:00"),
        ];
        var summary = SummaryMaker.Of(
            audit, Friday, Friday.AddDays(1), Windows, since: At(20, 5), madeAt: At(21, 8), head: null, reportsNobody: false);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Days[0].Hours, Is.EqualTo(
                new HourCell[]
                {
                    new(HourState.InUse), new(HourState.OnlyAdmins, IsLate: true), new(HourState.NoRecord), new(HourState.NoRecord),
                }));
            Assert.That(
                summary.Days[1].Hours.Select(cell => cell.State),
                Is.EqualTo(new[] { HourState.NotLookedAt, HourState.NotLookedAt, HourState.NotDue, HourState.NotDue }),
                "one record for all; the last ones are still to come");
        });
    }

    [Test]
    public void Each_report_is_listed_with_its_number_what_is_void_too_and_a_number_that_is_missing_is_noticed()
    {
        AuditRecord[] audit =
        [
            Decision("AC-20261120T0400Z", "only-admins, report 1 of 2026-11"),
            Decision("AC-20261120T0500Z", "only-admins-in-part, report 2 of 2026-11, late"),
            Decision("AC-20261120T0600Z", "nobody"),
            new(4, "", HourProcessor.VoidEvent, "AC-20261120T0500Z", "void", null, null, "", "", ""),
            Decision("AC-20261120T0500Z", "only-admins, report 4 of 2026-11"),
            Decision("AC-20261120T0700Z", "only-admins"),
        ];
        var summary = SummaryMaker.Of(
            audit, Friday, Friday, Windows, since: At(20, 5), madeAt: At(21, 8), head: null, reportsNobody: false);
        Assert.That(summary.Reports, Is.EqualTo(
            new SummaryReport[]
            {
                new(Friday, "AC-2026-11-20T0500+0200", HourState.OnlyAdmins, 1, IsVoid: false),
                new(Friday, "AC-2026-11-20T0600+0200", HourState.OnlyAdminsInPart, 2, IsVoid: true),
                new(Friday, "AC-2026-11-20T0600+0200", HourState.OnlyAdmins, 4, IsVoid: false),
                new(Friday, "AC-2026-11-20T0800+0200", HourState.OnlyAdmins, null, IsVoid: false),
            }));
        Assert.That(summary.Missing.Select(place => place.Words), Is.EqualTo(new[] { "report 3 of 2026-11" }));
        Assert.That(
            SummaryMaker.Of(audit, Friday.AddDays(20), Friday.AddDays(21), Windows, At(20, 5), At(21, 8), null, false).Missing, Is.Empty,
            "another month");
    }

    [Test]
    public void An_audit_whose_beginning_is_no_longer_kept_lacks_nothing()
    {
        AuditRecord[] audit = [Decision("AC-20261120T0400Z", "only-admins, report 7 of 2026-11") with { Seq = 900 }];
        Assert.That(Missing(audit), Is.Empty);
        Assert.That(Missing([audit[0] with { Seq = 1 }]), Has.Count.EqualTo(6));

        static IReadOnlyList<ReportPlace> Missing(AuditRecord[] audit) => SummaryMaker.Of(
            audit, Friday, Friday, Windows, since: At(20, 5), madeAt: At(21, 8), head: null, reportsNobody: false).Missing;
    }

    [Test]
    public void What_ended_before_the_daemon_came_was_not_due() =>
        Assert.That(
            SummaryMaker.Of([], Friday, Friday, Windows, since: At(20, 7), madeAt: At(21, 8), head: null, reportsNobody: false).Days[0]
                .Hours.Select(cell => cell.State),
            Is.EqualTo(new[] { HourState.NotDue, HourState.NotDue, HourState.NoRecord, HourState.NoRecord }));

    [TestCase("2026-11-20", "2026-11-20", "2026-11-16", "2026-11-01")]
    [TestCase("2026-11-16", "2026-11-16", "2026-11-16", "2026-11-01")]
    [TestCase("2026-11-15", "2026-11-15", "2026-11-09", "2026-11-01")]
    public void A_period_begins_with_the_day_the_Monday_or_the_first(string day, string daily, string weekly, string monthly) =>
        Assert.That(
            new[] { SummaryPeriod.Daily, SummaryPeriod.Weekly, SummaryPeriod.Monthly }
                .Select(period => SummaryNotifier.BeginOf(period, DateOnly.Parse(day, null)).ToString("yyyy-MM-dd", null)),
            Is.EqualTo(new[] { daily, weekly, monthly }));

    private static AuditRecord Decision(string id, string verdict, string? window = null) => new(
        1, "", HourProcessor.DecidedEvent, id, verdict, null,
        window is null ? null : new Dictionary<string, string> { ["window"] = window }, "", "", "");

    private static DateTimeOffset At(int day, int hour) => new(2026, 11, day, hour, 0, 1, TimeSpan.FromHours(2));
}
