namespace Athena.Common.Grafana.Api;

/// <summary>
/// A signed-in browser of a user (<c>/api/admin/users/:id/auth-tokens</c>). Address and browser are what the client claimed.
/// </summary>
public sealed record UserSession(long Id, string ClientIp, string Browser, string Os, DateTimeOffset CreatedAt, DateTimeOffset SeenAt);
