namespace Athena.Common.Grafana.Usage;

/// <summary>A successful request that changed users, roles, organisations, service accounts, tokens, invitations or settings.</summary>
/// <param name="ByOurselves">Made by our own account with our referer, and a call of our programs.</param>
/// <param name="Path">As logged; hostile text.</param>
public sealed record Change(DateTimeOffset At, long ById, string ByLogin, long OrgId, string Method, string Path, bool ByOurselves);
