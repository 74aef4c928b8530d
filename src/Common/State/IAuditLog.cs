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
