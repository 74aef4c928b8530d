namespace Athena.Sandbox.Grafana;

internal sealed record DataSource(long Id, string Uid, long OrgId, string Name, string Type, string Access, string Url);
