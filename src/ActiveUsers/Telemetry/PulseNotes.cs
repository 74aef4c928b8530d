using Athena.ActiveUsers.Policy;
using Athena.Common.Grafana.Annotations;
using Athena.Common.State.Audit;

namespace Athena.ActiveUsers.Telemetry;

/// <summary>
/// What <see cref="EventRecorder"/> writes down that Grafana's dashboards are told of: mails of each month, and when the log was not seen.
/// A pulse each quarter of an hour would bury them. Pure.
/// </summary>
internal static class PulseNotes
{
    /// <summary>Null for what none is told of.</summary>
    public static AuditNote? Of(AuditRecord record)
    {
        var at = AuditNote.TimeOf(record.At);
        return record switch
        {
            { Event: EventRecorder.OverEvent, Case: nameof(AlertKind.LogNotSeen) } => new AuditNote(
                NoteKind.LogGap, record.Case, TimeIn(record, EventRecorder.SinceFact) ?? at, TimeIn(record, "at") ?? at),
            { Event: EventRecorder.MailEvent, Verdict: "accepted" } when IsReport(record.Case) =>
                new AuditNote(NoteKind.ReportSent, record.Case, at),
            _ => null,
        };
    }

    private static bool IsReport(string key) =>
        key.StartsWith("kpi/", StringComparison.Ordinal) || key.StartsWith("sensitive/", StringComparison.Ordinal);

    private static DateTimeOffset? TimeIn(AuditRecord record, string fact) => AuditNote.TimeIn(record.Facts?.GetValueOrDefault(fact));
}
