using System.Text.Json;
using Athena.Common.State.Backups;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.State;
using Athena.Compliance.Tests.Mails;

namespace Athena.Compliance.Tests;

/// <summary>Each report says which of its month it is and which came before, so that a missing one is noticed.</summary>
internal sealed class ReportCountsTests
{
    private static readonly TimeZoneInfo Johannesburg = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg");

    private ComplianceState state = null!;

    [SetUp]
    public void Installed() => state = new ComplianceState { Since = At(11, 2, 12) };

    [Test]
    public void They_are_counted_in_the_order_in_which_they_are_made_and_a_late_one_gets_the_next_number()
    {
        Assert.That(Report(At(12, 1, 9)).Said, Is.EqualTo("report 1 of December 2026"));
        Assert.That(Report(At(12, 1, 11)).Number, Is.EqualTo(2));
        var late = Report(At(12, 1, 10));
        Assert.That((late.Number, late.Before), Is.EqualTo((3, (DateTimeOffset?)At(12, 1, 11))));
        Assert.That(state.Placed(Hour(At(12, 1, 12)), isReported: false, Johannesburg).Place, Is.Null);
        Assert.That((Report(At(12, 1, 13)).Number, late.Since), Is.EqualTo((4, (DateTimeOffset?)null)));
    }

    [Test]
    public void A_month_begins_by_the_local_clock_and_a_late_report_belongs_to_the_month_of_its_hour()
    {
        Report(At(11, 30, 22));
        var last = Report(At(11, 30, 23)); // 21:00 in UTC.
        var first = Report(At(12, 1, 0));
        var late = Report(At(11, 30, 21));
        Assert.That(
            new[] { last, first, late }.Select(place => place.Words),
            Is.EqualTo(new[] { "report 2 of 2026-11", "report 1 of 2026-12", "report 3 of 2026-11" }));
        Assert.That((first.Before, late.Before), Is.EqualTo(((DateTimeOffset?)At(11, 30, 23), (DateTimeOffset?)At(12, 1, 0))));
    }

    [Test]
    public void A_month_of_which_only_a_part_was_counted_says_since_when()
    {
        Assert.That(Said(Report(At(11, 3, 9))), Is.EqualTo(
            "report 1 of November 2026, numbered since 2 November 2026; none before it is known"));
        Assert.That(Said(Report(At(11, 3, 10))), Is.EqualTo(
            "report 2 of November 2026, numbered since 2 November 2026; the one before: AC-2026-11-03T0900+0200"));
        Assert.That(Said(Report(At(12, 1, 9))), Is.EqualTo("report 1 of December 2026; the one before: AC-2026-11-03T1000+0200"));
    }

    [Test]
    public void What_an_older_version_reported_is_not_counted_and_neither_is_what_the_timer_before_did()
    {
        state.Decided.Add(At(11, 20, 9));
        Assert.That(Report(At(11, 20, 9)).Since, Is.EqualTo(At(11, 20, 9)));
        state = new ComplianceState { Since = At(11, 2, 12), TakenOverAt = At(11, 19, 8) };
        state.Placed(Hour(At(11, 19, 8)), isReported: false, Johannesburg);
        Assert.That(Report(At(11, 20, 9)).Since, Is.EqualTo(At(11, 19, 8)));
    }

    [Test]
    public void A_count_out_of_a_backup_goes_on_with_what_the_audit_knows_and_says_so_until_the_month_is_over()
    {
        Report(At(12, 1, 9));
        ComplianceRestore.Adopt(
            state,
            [
                Decided(At(12, 1, 10), "only-admins, report 2 of 2026-12, late"), Decided(At(12, 1, 11), "in-use"),
                Decided(At(12, 1, 12), "only-admins-in-part, report 3 of 2026-12, late, after a restore"),
            ],
            new RestoredFrom(At(12, 1, 14), At(12, 2, 9)));
        var next = Report(At(12, 1, 13));
        Assert.That(Said(next), Is.EqualTo(
            "report 4 of December 2026, counted on from a backup of 1 December 2026, 14:00 SAST; the one before: "
            + "AC-2026-12-01T1200+0200"));
        Assert.That(Report(new DateTimeOffset(2027, 1, 1, 9, 0, 0, TimeSpan.FromHours(2))).Backup, Is.Null);
    }

    [Test]
    public void It_is_kept_with_the_state_and_with_the_evidence()
    {
        var evidence = state.Placed(Hour(At(11, 20, 9)), isReported: true, Johannesburg);
        var kept = JsonSerializer.Deserialize(
            JsonSerializer.Serialize(evidence, ComplianceJson.Default.WindowEvidence), ComplianceJson.Default.WindowEvidence)!;
        Assert.That(kept.Place, Is.EqualTo(evidence.Place));
        state = JsonSerializer.Deserialize(
            JsonSerializer.Serialize(state, ComplianceJson.Default.ComplianceState), ComplianceJson.Default.ComplianceState)!;
        var next = Report(At(11, 20, 10));
        Assert.That((next.Number, next.Before), Is.EqualTo((2, (DateTimeOffset?)At(11, 20, 9))));
    }

    [TestCase("only-admins, report 17 of 2026-11", "report 17 of 2026-11")]
    [TestCase("only-admins-in-part, report 1 of 2026-12, late, after a restore", "report 1 of 2026-12")]
    [TestCase("only-admins, late", null)]
    [TestCase("report 17 of 2026-11", null)]
    [TestCase("only-admins, report 17 of 2026-13", null)]
    [TestCase("only-admins, report 0 of 2026-11", null)]
    public void The_audit_s_verdict_names_it(string verdict, string? words) =>
        Assert.That(ReportPlace.Of(verdict)?.Words, Is.EqualTo(words));

    private ReportPlace Report(DateTimeOffset from) => state.Placed(Hour(from), isReported: true, Johannesburg).Place!;

    private static string? Said(ReportPlace place) =>
        new Wording(new ZoneText(Johannesburg)).PlaceOf(Some.OnlyAdmins() with { Place = place });

    private static WindowEvidence Hour(DateTimeOffset from) =>
        Some.OnlyAdmins() with { Window = new Window(from, from.AddHours(1)), Place = null };

    private static AuditedDecision Decided(DateTimeOffset from, string verdict) =>
        new(from.AddHours(1), verdict, new Window(from, from.AddHours(1)));

    private static DateTimeOffset At(int month, int day, int hour) => new(2026, month, day, hour, 0, 0, TimeSpan.FromHours(2));
}
