using Athena.AutoDisable.Evidence;
using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>The evidence of how an account came.</summary>
/// <param name="Kind">The way.</param>
/// <param name="At">The log's time of it; null when no line was seen.</param>
/// <param name="By">Login of the administrator who made it; null otherwise.</param>
/// <param name="Address">The address they came from. It is claimed: clients may set the header it is taken from (docs/grafana.md
/// §1).</param>
internal sealed record Arrival(ArrivalKind Kind, DateTimeOffset? At, string? By, string? Address)
{
    public string? By { get; init; } = By is null ? null : ClaimedText.Cut(By);

    public string? Address { get; init; } = Address is null ? null : ClaimedText.Cut(Address);

    /// <summary>
    /// With <see cref="ArrivalKind.SingleSignOn"/>: the provider that the log names (<c>generic_oauth</c>) or the mark that Grafana put on
    /// the account (<c>Generic OAuth</c>, <c>LDAP</c>); null otherwise.
    /// </summary>
    public string? Through
    {
        get;
        init => field = value is null ? null : ClaimedText.Cut(value);
    }

    /// <summary>
    /// With <see cref="ArrivalKind.MadeByAdmin"/>: Grafana's number of the admin, where the log proves that it was they; null where it does
    /// not.
    /// </summary>
    public long? MakerId { get; init; }

    /// <summary>True when it is told by nearness in time and place alone, because no line and no mark names the account.</summary>
    public bool IsProbable { get; init; }

    /// <summary>
    /// The invitations to their e-mail that were pending; empty where there was none or their list could not be read before.
    /// </summary>
    public IReadOnlyList<Invitation> Invitations { get; init => field = value ?? []; } = [];

    public static Arrival Unknown { get; } = new(ArrivalKind.Unknown, null, null, null);
}

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
