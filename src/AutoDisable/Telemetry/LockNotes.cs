using Athena.Common.Grafana.Annotations;
using Athena.Common.State.Audit;

namespace Athena.AutoDisable.Telemetry;

/// <summary>What <see cref="EventRecorder"/> writes down that Grafana's dashboards are told of. Pure.</summary>
internal static class LockNotes
{
    /// <summary>The fact of a lock that only tried whether locking works.</summary>
    public const string DrillFact = "drill";

    /// <summary>Null for what none is told of.</summary>
    public static AuditNote? Of(AuditRecord record)
    {
        NoteKind? kind = record.Event switch
        {
            "locked" when FactOf(record, DrillFact) is null => NoteKind.Locked,
            "import-locked" => NoteKind.Locked,
            "approved" or "approved-unseen" or "let-back" => NoteKind.Approved,
            "rejected" => record.Verdict.Contains("deleted", StringComparison.Ordinal) ? NoteKind.Deleted : NoteKind.Rejected,
            "undone" => NoteKind.Undone,
            "found-settled" => NoteKind.FoundSettled,
            "log-gap" => NoteKind.LogGap,
            _ => null,
        };
        if (kind is not { } told) return null;
        var at = AuditNote.TimeOf(record.At);
        return told == NoteKind.LogGap
            ? new AuditNote(
                told, record.Case, AuditNote.TimeIn(FactOf(record, "from")) ?? at, AuditNote.TimeIn(FactOf(record, "to")) ?? at)
            : new AuditNote(told, record.Case, AuditNote.TimeIn(FactOf(record, "decidedAt")) is { } decided
                && told == NoteKind.Approved ? decided : at);
    }

    private static string? FactOf(AuditRecord record, string name) => record.Facts?.GetValueOrDefault(name);
}
