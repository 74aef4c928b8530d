using System.Text.Json.Serialization;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>What the session file holds.</summary>
/// <param name="Url">The session belongs to this Grafana…</param>
/// <param name="User">…and to this account; with another in the settings the file is not used.</param>
/// <param name="Email">The account's e-mail, a second login name; null until seen.</param>
/// <param name="WaitUntil">
/// The password was refused and is not tried before this time. It is kept because a service that is restarted every few seconds
/// would otherwise lock its own login. Null when it was not refused.
/// </param>
/// <param name="RefusedPassword">Salted hash of the refused password: a corrected one may be tried at once.</param>
internal sealed record StoredSignIn(
    string Url,
    string User,
    string? CookieName,
    string? CookieValue,
    DateTimeOffset OpenedAt,
    DateTimeOffset RotatedAt,
    TimeSpan Lifetime,
    string? Email,
    DateTimeOffset? WaitUntil,
    string? Refusal,
    string? RefusedPassword)
{
    [JsonIgnore]
    public KeptSession? Session =>
        CookieName is { Length: > 0 } && CookieValue is { Length: > 0 }
            ? new(CookieName, CookieValue, OpenedAt, RotatedAt, Lifetime)
            : null;

    public override string ToString() => $"sign-in of {User}";
}
