namespace Athena.Sandbox.Grafana;

/// <summary>A dashboard that anybody sees who has the token.</summary>
internal sealed record PublicDashboard(string Uid, Dashboard Dashboard, string AccessToken);
