namespace Athena.Common.Grafana;

/// <summary>The unauthenticated health page: version and whether the database answers.</summary>
public sealed record GrafanaHealth(string Version, bool DatabaseOk);
