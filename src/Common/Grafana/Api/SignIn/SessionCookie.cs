using System.Globalization;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>Finds the session among the cookies that Grafana, or something in front of it, sets.</summary>
/// <param name="MaxAge">How long Grafana keeps the session at most; null when it does not say.</param>
internal readonly record struct SessionCookie(string Name, string Value, TimeSpan? MaxAge)
{
    private const string DefaultName = "grafana_session";
    private const string ExpiryName = "grafana_session_expiry";

    /// <summary>
    /// The session cookie, or null when none was set. Its name is configurable (<c>login_cookie_name</c>), and load balancers set
    /// cookies of their own: <paramref name="knownName"/> wins, then the default name, then a value that looks like Grafana's
    /// (32 hex digits), then any. A cookie that is being deleted (empty, or Max-Age 0) is none.
    /// </summary>
    public static SessionCookie? Find(IReadOnlyList<string> setCookies, string? knownName)
    {
        SessionCookie? best = null;
        var bestRank = int.MaxValue;
        foreach (var header in setCookies)
        {
            if (Parse(header) is not { } cookie || cookie.Name == ExpiryName)
                continue;
            var rank = cookie.Name == knownName ? 0
                : cookie.Name == DefaultName ? 1
                : cookie.Value.Length == 32 && cookie.Value.All(char.IsAsciiHexDigit) ? 2
                : 3;
            if (rank < bestRank)
                (best, bestRank) = (cookie, rank);
        }

        return best;
    }

    private static SessionCookie? Parse(string header)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries);
        var equals = parts[0].IndexOf('=');
        if (equals <= 0)
            return null;
        var (name, value) = (parts[0][..equals], parts[0][(equals + 1)..]);
        if (value.Length == 0 || !IsPlain(name) || !IsPlain(value))
            return null;

        TimeSpan? maxAge = null;
        foreach (var part in parts.Skip(1))
        {
            if (part.StartsWith("Max-Age=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(
                    part.AsSpan("Max-Age=".Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            {
                if (seconds <= 0)
                    return null;
                maxAge = TimeSpan.FromSeconds(seconds);
            }
        }

        return new SessionCookie(name, value, maxAge);
    }

    // RFC 6265 §4.1.1: what may stand in a cookie without being able to end it or the header.
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~') && text.AsSpan().IndexOfAny(",;\"\\") < 0;
}
