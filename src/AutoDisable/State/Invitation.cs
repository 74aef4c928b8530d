using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>
/// An invitation as <c>GET /api/org/invites</c> lists it while it is pending. Its code is left out: who has it comes in by it.
/// </summary>
/// <param name="Email">Whom it was meant for. Whoever types it at sign-up gets the role, nothing verified (docs/grafana.md §5).</param>
/// <param name="Role">The role it gives.</param>
/// <param name="OrgId">The organisation it gives it in.</param>
/// <param name="InvitedBy">Login of who sent it (<c>invitedByLogin</c>).</param>
internal sealed record Invitation(string Email, string Role, long OrgId, string InvitedBy)
{
    public string Email { get; init; } = ClaimedText.Cut(Email);

    public string InvitedBy { get; init; } = ClaimedText.Cut(InvitedBy);
}
