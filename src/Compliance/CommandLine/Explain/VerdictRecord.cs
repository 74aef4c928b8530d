namespace Athena.Compliance.CommandLine.Explain;

/// <summary>What is left of a decision when its evidence is no longer kept.</summary>
/// <param name="Id">The report's id.</param>
/// <param name="Verdict">As in the audit: <c>only-admins, late</c>.</param>
/// <param name="AuditLine">The line's number in the audit.</param>
internal sealed record VerdictRecord(string Id, DateTimeOffset DecidedAt, string Verdict, long AuditLine);
