namespace Athena.Common.Grafana.Api;

/// <summary>One organisation of a user with their role in it (<c>Viewer</c>, <c>Editor</c>, <c>Admin</c>, <c>None</c>).</summary>
public sealed record OrganisationMembership(long OrgId, string Name, string Role);
