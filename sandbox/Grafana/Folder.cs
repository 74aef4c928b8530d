namespace Athena.Sandbox.Grafana;

/// <summary>A folder of dashboards.</summary>
public sealed record Folder(long Id, string Uid, long OrgId, string Title);
