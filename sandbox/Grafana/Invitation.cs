namespace Athena.Sandbox.Grafana;

/// <summary>An invitation that nobody has answered yet.</summary>
public sealed record Invitation(
    long Id, long OrgId, string Name, string Email, string Role, string Code, Account? InvitedBy, DateTimeOffset Created);
