namespace Athena.Common.State;

/// <summary>
/// The chained record of decisions. Never throws for a full disk: entries are kept in memory in order and written when that is possible.
/// </summary>
public interface IAuditLog
{
    /// <summary>Why entries wait in memory, in a sentence for the sysadmin; null when none do.</summary>
    string? Problem => null;

    /// <summary>Adds one entry, durable when it returns unless the disk refuses.</summary>
    void Append(AuditEntry entry);

    /// <summary>The same for several at once, which wait for the disk together.</summary>
    void Append(IReadOnlyList<AuditEntry> entries)
    {
        foreach (var entry in entries) Append(entry);
    }
}

/// <summary>One decision or its outcome, without the chain fields that the log adds.</summary>
/// <param name="Event">Stable kebab-case name: <c>locked</c>, <c>approved</c>, <c>mail-accepted</c>.</param>
/// <param name="Case">What ties the entries of one matter together; for an account its uid, or <c>id:17</c>.</param>
/// <param name="Verdict">The same without any personal data, kept for years: <c>locked after 0.03 s</c>.</param>
/// <param name="Facts">Details as name → value; may hold personal data and is kept for <c>AUDIT_KEEP</c> only.</param>
public sealed record AuditEntry(string Event, string Case, string Verdict, IReadOnlyDictionary<string, string> Facts);
