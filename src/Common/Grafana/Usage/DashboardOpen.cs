namespace Athena.Common.Grafana.Usage;

/// <summary>Somebody opened a dashboard; a reload is an open. <paramref name="Login"/> is hostile text.</summary>
public sealed record DashboardOpen(DateTimeOffset At, long Id, string Login, long OrgId);
