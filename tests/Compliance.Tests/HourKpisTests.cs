using System.Globalization;
using Athena.Common.Kpis;
using Athena.Common.State.Audit;
using Athena.Common.Time;
using Athena.Compliance.Hourly;
using Athena.Compliance.Summaries;

namespace Athena.Compliance.Tests;

/// <summary>Hours decided of hours due, as key figures.</summary>
internal sealed class HourKpisTests
{
    private static readonly TimeZoneInfo Johannesburg = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg");
    private static readonly DateTimeOffset Midnight = new(2026, 11, 20, 0, 0, 0, TimeSpan.FromHours(2));
    private static readonly AuditVerification Whole = new(9, 1, AuditAnchor.Beginning, [], []);
    private static readonly WindowSettings Windows = new(
        new HashSet<int> { 6, 7, 8, 9 }, Enum.GetValues<DayOfWeek>().ToHashSet(), TimeSpan.FromHours(1), TimeSpan.FromSeconds(20),
        TimeSpan.FromDays(1), null, Johannesburg);

    [Test]
    public void An_hour_without_a_decision_is_missing_and_one_that_was_not_seen_is_data_lost()
    {
        var kpis = Of(
            [
                Decision("AC-20261120T0400Z", "in-use"), Decision("AC-20261120T0500Z", "only-admins, late"),
                Decision("AC-20261120T0700Z", "not-seen"),
            ], worked: 1440);
        Assert.That((kpis[0].Value, kpis[0].IsMet, kpis[0].KnownWords()), Is.EqualTo((75.0, false, "4 of 4 hours known")));
        Assert.That(kpis[0].How, Does.Contain("1 of them came late"));
        Assert.That((kpis[1].Value, kpis[1].IsMet), Is.EqualTo((1.0, false)));
    }

    [Test]
    public void Where_no_hour_was_due_nothing_is_known()
    {
        var kpis = Of([], worked: 0, begin: Midnight.AddYears(1));
        Assert.That(kpis.Select(kpi => (kpi.Value, kpi.IsMet)), Is.All.EqualTo(((double?)null, (bool?)null)));
    }

    [Test]
    public void That_nothing_is_lost_is_only_known_of_the_minutes_at_work()
    {
        var all = Enumerable.Range(4, 4).Select(hour => Decision($"AC-20261120T0{hour}00Z", "in-use")).ToArray();
        Assert.That(Of(all, worked: 1440)[1].IsMet, Is.True);
        Assert.That(Of(all, worked: 1000)[1].IsMet, Is.Null);
    }

    private static IReadOnlyList<Kpi> Of(AuditRecord[] audit, long worked, DateTimeOffset? begin = null) => HourKpis.Of(
        audit, Whole, new Window(Midnight, Midnight.AddDays(1)), Windows, begin ?? Midnight, worked, Midnight.AddDays(2));

    private static AuditRecord Decision(string id, string verdict) => new(
        1, Midnight.AddHours(9).ToString("O", CultureInfo.InvariantCulture), HourProcessor.DecidedEvent, id, verdict, null, null,
        "", "", "");
}
