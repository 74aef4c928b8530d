namespace Athena.Sandbox.Grafana;

/// <summary>A note on the dashboards of an organisation.</summary>
/// <param name="Time">Unix milliseconds</param>
/// <param name="TimeEnd">the same where it is of one moment</param>
internal sealed record Annotation(long Id, long OrgId, long Time, long TimeEnd, long Created, string Text, string[] Tags, Account By);
