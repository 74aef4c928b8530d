namespace Athena.Common.Grafana.Api;

/// <summary>An account as Grafana lists it. Every text here was chosen by its owner and is hostile until shown otherwise.</summary>
/// <param name="Id">Numeric id; re-used after a restored database.</param>
/// <param name="Uid">Stable id; null where an old Grafana does not give one.</param>
/// <param name="IsAdmin">Server administrator (<c>isAdmin</c> in lists, <c>isGrafanaAdmin</c> in a single record).</param>
/// <param name="AuthLabels">Where the account comes from when not from Grafana itself (OAuth, LDAP, auth proxy); empty for internal
/// ones.</param>
/// <param name="Created">
/// When the account was made; null where the list does not say. Carries the server's offset and may be off by up to 14 h on a node
/// in another zone (docs/grafana.md §5).
/// </param>
/// <param name="LastSeenAt">Moves at most every 15 minutes; ten years before creation for somebody who never signed in.</param>
public sealed record GrafanaUser(
    long Id,
    string? Uid,
    string Login,
    string Email,
    string Name,
    bool IsAdmin,
    bool IsDisabled,
    IReadOnlyList<string> AuthLabels,
    DateTimeOffset? Created,
    DateTimeOffset? LastSeenAt)
{
    /// <summary>True when Grafana's API cannot lock the account out: it comes from single sign-on, LDAP or a proxy.</summary>
    public bool IsExternal => AuthLabels.Count > 0;
}
