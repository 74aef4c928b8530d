using Athena.Common.Grafana.Annotations;
using Athena.Common.State.Audit;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;
using Athena.Compliance.Telemetry;

namespace Athena.Compliance.Hourly;

/// <summary>What the audit tells of hours and reports, as Grafana's dashboards are told of it. Pure.</summary>
internal static class HourNotes
{
    private const string ReportKey = "report/";

    /// <summary>Null for what none is told of.</summary>
    public static AuditNote? Of(AuditRecord record)
    {
        var at = AuditNote.TimeOf(record.At);
        return record switch
        {
            { Event: HourProcessor.DecidedEvent } when IsUnseen(record.Verdict) =>
                new AuditNote(NoteKind.HourNotSeen, record.Case, BeginOf(record) ?? at, WindowEvidence.EndOf(record.Case)),
            { Event: HourProcessor.DecidedEvent } when ReportPlace.Of(record.Verdict) is not null =>
                new AuditNote(NoteKind.ReportOwed, record.Case, at),
            { Event: EventRecorder.MailEvent, Verdict: "accepted", Facts: { } facts }
                when facts.GetValueOrDefault("key")?.StartsWith(ReportKey, StringComparison.Ordinal) == true =>
                new AuditNote(NoteKind.ReportSent, record.Case, at),
            _ => null,
        };
    }

    private static bool IsUnseen(string verdict) =>
        verdict.Split(',')[0] is var word && (word == WindowEvidence.WordOf(Outcome.NotSeen) || word == WindowEvidence.WordOf(null));

    private static DateTimeOffset? BeginOf(AuditRecord record) =>
        AuditNote.TimeIn(record.Facts?.GetValueOrDefault("window")?.Split('/')[0]) ?? WindowEvidence.EndOf(record.Case);
}
