namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>An open session of ours in Grafana.</summary>
/// <param name="OpenedAt">When the password opened it.</param>
/// <param name="RotatedAt">When its cookie was last exchanged for a new one.</param>
/// <param name="Lifetime">
/// How long after <paramref name="OpenedAt"/> Grafana ends it whatever we do (<c>login_maximum_lifetime_duration</c>, default 30 days);
/// Grafana tells it as the cookie's Max-Age.
/// </param>
internal sealed record KeptSession(
    string CookieName,
    string CookieValue,
    DateTimeOffset OpenedAt,
    DateTimeOffset RotatedAt,
    TimeSpan Lifetime)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(30);

    // Grafana wants a new cookie every token_rotation_interval_minutes, default 10, and answers 401 after that.
    private static readonly TimeSpan RotateFrom = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan RotateAtLatest = TimeSpan.FromMinutes(9.5);

    /// <summary>A new cookie is wanted, if nothing is under way that still carries this one.</summary>
    public bool MayRotate(DateTimeOffset now) => now - RotatedAt >= RotateFrom || now < RotatedAt;

    /// <summary>A new cookie is wanted, even if requests under way have to be waited for.</summary>
    public bool MustRotate(DateTimeOffset now) => now - RotatedAt >= RotateAtLatest;

    /// <summary>
    /// Half of its life is over. No rotation lengthens it: a fresh session is opened now, while there is time left to wait should
    /// strangers' guesses have locked the login at this moment.
    /// </summary>
    public bool IsOld(DateTimeOffset now) => now - OpenedAt >= Lifetime / 2;

    /// <summary>Without the cookie: a record's own text would print it.</summary>
    public override string ToString() => $"session opened {OpenedAt:O}";
}
