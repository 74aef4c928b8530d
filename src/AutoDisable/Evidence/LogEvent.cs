using System.Globalization;
using Athena.Common.Grafana.Copies;
using Athena.Common.Text;

namespace Athena.AutoDisable.Evidence;

/// <summary>
/// A line of Grafana's log that means something at the gate. The log is a wake-up and evidence, never the truth about users.
/// </summary>
/// <param name="At">The line's own time; null when it had none.</param>
internal abstract record LogEvent(DateTimeOffset? At)
{
    /// <summary>Others than Grafana may write such lines where this one was read, so that it proves nothing.</summary>
    public bool IsClaim { get; init; }

    /// <summary>Who did it, for people.</summary>
    protected string Told(string who) => IsClaim ? $"{who}, says the log in Loki" : who;
}

/// <summary>Somebody signed up or completed an invitation: <c>Successful Login</c>.</summary>
/// <param name="Email">What the line names. They may have changed it since.</param>
internal sealed record SignedIn(DateTimeOffset? At, string Email) : LogEvent(At);

/// <summary>The request that made an account was answered: the sign-up form, an invitation, or an admin's own request.</summary>
/// <param name="Actor">Login of the admin for one made by an admin; empty otherwise, and for one that we made ourselves, for a
/// drill.</param>
/// <param name="ActorId">Grafana's number of the admin, which nobody can choose, unlike a login; 0 otherwise, and for one that a daemon
/// made.</param>
internal sealed record AccountMade(DateTimeOffset? At, ArrivalKind Kind, string Actor, string Address, long ActorId = 0) : LogEvent(At);

/// <summary>A request by a user id that we do not know: it catches everybody who acts, however they came.</summary>
internal sealed record StrangerSeen(DateTimeOffset? At, long UserId) : LogEvent(At);

/// <summary>
/// A request by somebody who is kept out: an external account that was shown out, or one that is locked. A disabled user's requests are
/// logged with userId=0, and an LDAP sign-in undoes the lock by itself (docs/grafana.md §1, §5).
/// </summary>
internal sealed record KeptOutSeen(DateTimeOffset? At, long UserId) : LogEvent(At);

/// <summary>
/// Just before the first request of an id that we do not know, somebody signed on at a provider from the same address: probably the same
/// person. Comes before the <see cref="StrangerSeen"/> of that request.
/// </summary>
/// <param name="Provider">As in the path <c>/login/PROVIDER</c>.</param>
internal sealed record SignedOn(DateTimeOffset? At, long UserId, string Provider, string Address) : LogEvent(At);

/// <summary>Invitations were made or revoked: their list is to be read again before one of them is used.</summary>
internal sealed record InvitationsChanged(DateTimeOffset? At) : LogEvent(At);

/// <summary>Somebody other than ourselves enabled an account: an approval.</summary>
/// <param name="Subject">Id or uid, as the request's path named it.</param>
/// <param name="Copy">How another copy of this daemon is called, if it was that; null for a person.</param>
internal sealed record EnabledByAdmin(DateTimeOffset? At, string Subject, long ActorId, string Actor, string? Copy = null) : LogEvent(At)
{
    public string By => Told(Copy ?? string.Create(CultureInfo.InvariantCulture, $"{Actor} (id {ActorId})"));
}

/// <summary>Somebody other than ourselves disabled an account.</summary>
/// <param name="Subject">Id or uid, as the request's path named it.</param>
/// <param name="Copy">How another copy of this daemon is called, if it was that; null for a person.</param>
internal sealed record DisabledByAdmin(DateTimeOffset? At, string Subject, long ActorId, string Actor, string? Copy) : LogEvent(At)
{
    public string By => Told(string.Create(CultureInfo.InvariantCulture, $"{UntrustedText.Visible(Actor, 60)} (id {ActorId})"));
}

/// <summary>Somebody other than ourselves made an account a server admin, or took that away: the line does not say which.</summary>
/// <param name="Subject">Id or uid, as the request's path named it.</param>
internal sealed record PermissionsChanged(DateTimeOffset? At, string Subject, long ActorId, string Actor) : LogEvent(At)
{
    public string By => Told(string.Create(CultureInfo.InvariantCulture, $"{Actor} (id {ActorId})"));
}

/// <summary>Another copy of this daemon ended somebody's sessions.</summary>
/// <param name="Subject">Id or uid, as the request's path named it.</param>
internal sealed record ShownOutByCopy(DateTimeOffset? At, string Subject) : LogEvent(At);

/// <summary>Another copy of this daemon works on the same Grafana.</summary>
internal sealed record CopySeen(DateTimeOffset? At, OtherCopy Copy) : LogEvent(At);

/// <summary>Somebody other than ourselves deleted an account.</summary>
/// <param name="Subject">Id or uid, as the request's path named it.</param>
internal sealed record DeletedByAdmin(DateTimeOffset? At, string Subject, string Actor) : LogEvent(At)
{
    public string By => Told(Actor);
}

/// <summary>How an account came to be, as far as the log tells.</summary>
internal enum ArrivalKind
{
    /// <summary>No line says so (single sign-on, a directory, another node, or the log could not be read).</summary>
    Unknown,

    /// <summary>The sign-up form.</summary>
    SignUpForm,

    /// <summary>Somebody completed an invitation, with its code.</summary>
    Invitation,

    /// <summary>Somebody typed the e-mail of a pending invitation into the sign-up form and got its role, nothing verified.</summary>
    TakenInvitation,

    /// <summary>An administrator made it. "Probably": the line does not name the account that was made.</summary>
    MadeByAdmin,

    /// <summary>Single sign-on, a directory or a proxy. "Probably" while Grafana has not marked the account (docs/grafana.md §5).</summary>
    SingleSignOn,
}
