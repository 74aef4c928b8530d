using Athena.Common.Kpis;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.Compliance.Summaries;

/// <summary>What the decisions of a span come to, as key figures. Pure.</summary>
internal static class HourKpis
{
    /// <param name="records">The whole audit, in order.</param>
    /// <param name="verified">What its check came to.</param>
    /// <param name="begin">Hours that ended before were none of ours.</param>
    /// <param name="worked">Minutes of the span in which the daemon was at work.</param>
    /// <param name="now">Hours that end after it are still to come.</param>
    public static IReadOnlyList<Kpi> Of(
        IReadOnlyList<AuditRecord> records, AuditVerification verified, Window span, WindowSettings windows, DateTimeOffset begin,
        long worked, DateTimeOffset now)
    {
        var zone = windows.Zone;
        var days = SummaryMaker.Of(
            records, Day(span.From), Day(span.To.AddTicks(-1)), windows, begin, now, head: null, reportsNobody: false).Days;
        var due = days.SelectMany(day => day.Hours).Where(hour => hour.State != HourState.NotDue).ToList();
        var decided = due.Count(hour => hour.State is not (HourState.NoRecord or HourState.NotLookedAt));
        var unseen = due.Count(hour => hour.State is HourState.NotSeen or HourState.OnlyAdminsInPart);
        var late = due.Count(hour => hour.IsLate);
        return
        [
            KpiKinds.HoursDecided.Share(decided, due.Count, due.Count, due.Count, target: 100) with
            {
                Counted = "hours",
                How = due.Count == 0
                    ? "No hour was due in this span."
                    : $"{decided} of {due.Count} hours that were due (REPORT_HOURS, REPORT_DAYS) have a decision in the audit; {late} of "
                        + $"them came late. Of {unseen} the decision is that they could not be seen, or not whole.",
            },
            AuditKpis.DataLoss(
                records, verified, span, unseen, $"{unseen} of {due.Count} hours were not seen, or not whole", due.Count > 0 ? worked : 0),
        ];

        DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
    }
}
