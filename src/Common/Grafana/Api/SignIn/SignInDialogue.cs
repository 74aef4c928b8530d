using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>
/// The requests about a session: opening one with the password, exchanging its cookie for a new one, and ending it.
/// </summary>
internal sealed class SignInDialogue(GrafanaTransport transport, TimeProvider time, TimeSpan timeout)
{
    /// <summary>How long somebody who is done waits at most for the sign-out.</summary>
    public static readonly TimeSpan Parting = TimeSpan.FromSeconds(3);

    private static readonly GrafanaRequest Rotation = GrafanaRequest.To(Route.RenewSession);
    private static readonly GrafanaRequest SignOut = GrafanaRequest.To(Route.SignOut);

    /// <summary>Opens a session; the reply alone when there is none.</summary>
    public async Task<(KeptSession? Session, GrafanaReply Reply)> OpenAsync(string login, string password, string? cookieName)
    {
        var request = GrafanaRequest.To(Route.SignIn) with { Body = LoginBody(login, password) };
        var reply = await SendAsync(request, credential: null, timeout).ConfigureAwait(false);
        if (!reply.IsSuccess || SessionCookie.Find(reply.SetCookies, cookieName) is not { } cookie)
            return (null, reply);
        var now = time.GetUtcNow();
        return (new KeptSession(cookie.Name, cookie.Value, now, now, cookie.MaxAge ?? KeptSession.DefaultLifetime), reply);
    }

    /// <summary>
    /// Exchanges the cookie. Grafana takes the old one for a while longer, also when the new one never reached us [src]:
    /// a rotation that is cut off loses nothing.
    /// </summary>
    public async Task<(KeptSession? Session, GrafanaReply Reply)> RotateAsync(KeptSession session)
    {
        var reply = await SendAsync(Rotation, SessionCredentials.Carry(session, generation: 0), timeout).ConfigureAwait(false);
        if (!reply.IsSuccess)
            return (null, reply);

        // No cookie in a success: the one we have was new enough. Its Max-Age counts from now but the session does not: keep OpenedAt.
        var renewed = session with { RotatedAt = time.GetUtcNow() };
        if (SessionCookie.Find(reply.SetCookies, session.CookieName) is { } cookie && cookie.Name == session.CookieName)
            renewed = renewed with { CookieValue = cookie.Value };
        return (renewed, reply);
    }

    /// <summary>
    /// Ends the session in Grafana. Whether that was done is nothing that anybody waits for: what is left ends by itself in time.
    /// </summary>
    public async Task SignOutAsync(KeptSession session)
    {
        var wait = timeout < Parting ? timeout : Parting;
        using var reply = await SendAsync(SignOut, SessionCredentials.Carry(session, generation: 0), wait).ConfigureAwait(false);
    }

    /// <summary>What an answer to one of the first two means when it is no success.</summary>
    public RequestAttempt Judge(GrafanaReply reply) =>
        AnswerClassifier.Of(Rotation with { Purpose = Route.SignIn.Purpose }, reply, transport.BaseAddress);

    // Under a deadline of its own: a caller who gives up must not cut off what all others wait for too.
    private async Task<GrafanaReply> SendAsync(GrafanaRequest request, Credential? credential, TimeSpan wait)
    {
        using var deadline = new CancellationTokenSource(wait, time);
        try
        {
            return await transport.SendAsync(request, credential, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return GrafanaReply.Failed($"{transport.BaseAddress} did not answer within {wait.TotalSeconds:0.###} s.", temporary: true);
        }
    }

    private static byte[] LoginBody(string login, string password)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("user", login);
            json.WriteString("password", password);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}

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
