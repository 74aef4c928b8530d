namespace Athena.Common.State.Audit;

/// <summary>
/// The record for others: every entry without its facts, in which names are, each on a line. packaging/deb/verify-audit.py finds whatever
/// was changed in it.
/// </summary>
public static class AuditExport
{
    /// <summary>UTF-8, ended by a line feed.</summary>
    public static byte[] Line(AuditRecord record) => AuditLine.Write(record.WithoutFacts());
}
