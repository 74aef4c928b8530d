namespace Athena.Common.State.Audit;

/// <summary>Stands in for the lines that were dropped at the front after <c>VERDICT_KEEP</c>, or names the head of the chain.</summary>
/// <param name="Seq">The last line it stands for.</param>
/// <param name="Hash">That line's hash.</param>
public sealed record AuditAnchor(long Seq, string Hash)
{
    /// <summary>Before the first line.</summary>
    public static AuditAnchor Beginning { get; } = new(0, AuditRecord.Beginning);
}
