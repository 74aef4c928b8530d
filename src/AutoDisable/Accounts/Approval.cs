namespace Athena.AutoDisable.Accounts;

/// <summary>An approval by command that has still to be carried out in Grafana.</summary>
/// <param name="Role">The role to give; null leaves it as it is.</param>
/// <param name="OrgId">The organisation the role is for.</param>
internal sealed record Approval(string? Role, long OrgId);
