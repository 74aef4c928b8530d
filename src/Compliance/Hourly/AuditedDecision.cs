using System.Globalization;
using Athena.Common.State.Audit;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Hourly;

/// <summary>A decision as the audit tells of it.</summary>
/// <param name="End">Of its window.</param>
/// <param name="Verdict">See <see cref="WindowEvidence.Verdict"/>.</param>
/// <param name="Window">The whole window, or all those that are recorded as one; null when the facts are no longer kept.</param>
internal sealed record AuditedDecision(DateTimeOffset End, string Verdict, Window? Window)
{
    /// <summary>Null for what is no record of a decision.</summary>
    public static AuditedDecision? Of(AuditRecord record) =>
        record.Event == HourProcessor.DecidedEvent ? Of(record.Case, record.Verdict, record.Facts) : null;

    /// <summary>Null when the case is no window.</summary>
    public static AuditedDecision? Of(string @case, string verdict, IReadOnlyDictionary<string, string>? facts) =>
        WindowEvidence.EndOf(@case) is { } end
            ? new AuditedDecision(
                end,
                verdict,
                facts?.GetValueOrDefault("window")?.Split('/') is [var from, var to] && Time(from) is { } begin && Time(to) is { } until
                    ? new Window(begin, until)
                    : null)
            : null;

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
