using System.Globalization;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>The two cookies of a session: the token, which scripts cannot read, and when it should be rotated, which they must.</summary>
internal static class SessionCookie
{
    private const string Lifetime = "; Path=/; Max-Age=2592000";

    public static string[] Of(Call call, Session session)
    {
        var expiry = (session.Rotated + call.Options.TokenRotationInterval).ToUnixTimeSeconds() - 5;
        return
        [
            $"grafana_session={session.Token}{Lifetime}; HttpOnly; SameSite=Lax",
            string.Create(CultureInfo.InvariantCulture, $"grafana_session_expiry={expiry}{Lifetime}; SameSite=Lax"),
        ];
    }

    public static string[] Gone { get; } =
    [
        "grafana_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
        "grafana_session_expiry=; Path=/; Max-Age=0; SameSite=Lax",
    ];
}
