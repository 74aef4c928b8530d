namespace Athena.Common.Grafana.Api;

/// <summary>An invitation that waits to be used. Its code is left out: whoever has it comes in by it.</summary>
/// <param name="Email">Whom it is for.</param>
/// <param name="Role">The role it gives.</param>
/// <param name="OrgId">The organisation it gives it in.</param>
/// <param name="InvitedBy">Login of who sent it.</param>
public sealed record PendingInvitation(string Email, string Role, long OrgId, string InvitedBy);
