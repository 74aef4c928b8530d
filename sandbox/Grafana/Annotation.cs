namespace Athena.Sandbox.Grafana;

/// <summary>A note on the dashboards of an organisation.</summary>
/// <param name="Time">Unix milliseconds</param>
internal sealed record Annotation(long Id, long OrgId, long Time, long Created, string Text, string[] Tags, Account By);
