using System.Globalization;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.Common.Kpis;

/// <summary>What each daemon's audit tells of data that was lost. Pure.</summary>
public static class AuditKpis
{
    /// <summary>Records of a span, by when they were written.</summary>
    public static IEnumerable<AuditRecord> In(IEnumerable<AuditRecord> records, Window span) =>
        records.Where(record => IsIn(record, span));

    /// <summary>Whether a record was written in a span.</summary>
    public static bool IsIn(AuditRecord record, Window span) =>
        DateTimeOffset.TryParse(record.At, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && span.Contains(at);

    /// <summary>The first day of a daemon is held against no target: a minute of it would be a large part of what is known.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromDays(1);

    /// <summary>The same figures; on the daemon's first day, when its audit begins in the span, neither met nor missed.</summary>
    /// <param name="records">The whole audit, in order.</param>
    public static IReadOnlyList<Kpi> NotTooEarly(this IReadOnlyList<Kpi> kpis, IReadOnlyList<AuditRecord> records, Window span) =>
        records is [{ At: var first }, ..]
        && DateTimeOffset.TryParse(first, CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin)
        && TooEarly(begin, span) is { } known
            ? [.. kpis.Select(kpi => kpi with { IsMet = null, TooEarly = known })]
            : kpis;

    /// <summary>
    /// <c>10 minutes of 30 days known</c> where that is too little to hold anything against a target; null where it is not.
    /// </summary>
    /// <param name="begin">Since when anything can be known.</param>
    public static string? TooEarly(DateTimeOffset begin, Window span)
    {
        if (begin <= span.From || span.To - begin >= Enough) return null;
        var minutes = Math.Max(0, (long)(span.To - begin).TotalMinutes);
        var known = minutes < 120 ? $"{minutes} minutes" : $"{minutes / 60} hours";
        var all = (long)Math.Ceiling(span.Length.TotalDays) is var days && days == 1 ? "1 day" : $"{days} days";
        return $"{known} of {all} known";
    }

    /// <param name="records">The whole audit.</param>
    /// <param name="verified">What its check came to, of all that is kept.</param>
    /// <param name="gaps">How many parts of the log, or hours, were not seen.</param>
    /// <param name="gapWords">The same in words.</param>
    /// <param name="known">Of how many minutes that can be told.</param>
    public static Kpi DataLoss(
        IEnumerable<AuditRecord> records, AuditVerification verified, Window span, long gaps, string gapWords, long known)
    {
        var lost = In(records, span).Count(record => record.Verdict is "given up" or "refused for good");
        var breaks = verified.Problems.Count;
        return KpiKinds.DataLoss.None(gaps + lost + breaks, known, (long)span.Length.TotalMinutes) with
        {
            How = $"{gapWords}; {(lost == 1 ? "1 message was" : $"{lost} messages were")} given up; "
                + (breaks == 0
                    ? $"the audit is whole ({verified.Lines} lines)."
                    : $"the audit was changed in {breaks} {(breaks == 1 ? "place" : "places")}: audit verify."),
        };
    }
}
