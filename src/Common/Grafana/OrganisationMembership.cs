namespace Athena.Common.Grafana;

/// <summary>One organisation of a user with his role in it (<c>Viewer</c>, <c>Editor</c>, <c>Admin</c>, <c>None</c>).</summary>
public sealed record OrganisationMembership(long OrgId, string Name, string Role);
