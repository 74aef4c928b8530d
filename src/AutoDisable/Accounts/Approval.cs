namespace Athena.AutoDisable.Accounts;

/// <summary>An approval by command that has still to be carried out in Grafana.</summary>
/// <param name="Role">The role to give; null leaves it as it is.</param>
/// <param name="OrgId">The organisation the role is for; 0 for each in which he has none.</param>
/// <param name="Restore">Roles that were taken from him at the door; null when none were.</param>
internal sealed record Approval(string? Role, long OrgId, IReadOnlyList<RoleBefore>? Restore = null);
