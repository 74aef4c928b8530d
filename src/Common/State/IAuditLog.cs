namespace Athena.Common.State;

/// <summary>
/// The chained record of decisions. Never throws for a full disk: entries are kept in memory in order and written when that is possible.
/// </summary>
public interface IAuditLog
{
    /// <summary>Adds one entry, durable when it returns unless the disk refuses.</summary>
    void Append(AuditEntry entry);
}
