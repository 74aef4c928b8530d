using System.Buffers;
using System.Text.Json;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>The two requests that make a session: opening one with the password, and exchanging its cookie for a new one.</summary>
internal sealed class SignInDialogue(GrafanaTransport transport, TimeProvider time, TimeSpan timeout)
{
    private static readonly GrafanaRequest Rotation = GrafanaRequest.To(Route.RenewSession);

    /// <summary>Opens a session; the reply alone when there is none.</summary>
    public async Task<(KeptSession? Session, GrafanaReply Reply)> OpenAsync(string login, string password, string? cookieName)
    {
        var request = GrafanaRequest.To(Route.SignIn) with { Body = LoginBody(login, password) };
        var reply = await SendAsync(request, credential: null).ConfigureAwait(false);
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
        var reply = await SendAsync(Rotation, SessionCredentials.Carry(session, generation: 0)).ConfigureAwait(false);
        if (!reply.IsSuccess)
            return (null, reply);

        // No cookie in a success: the one we have was new enough. Its Max-Age counts from now but the session does not: keep OpenedAt.
        var renewed = session with { RotatedAt = time.GetUtcNow() };
        if (SessionCookie.Find(reply.SetCookies, session.CookieName) is { } cookie && cookie.Name == session.CookieName)
            renewed = renewed with { CookieValue = cookie.Value };
        return (renewed, reply);
    }

    /// <summary>What an answer to one of the two means when it is no success.</summary>
    public RequestAttempt Judge(GrafanaReply reply) =>
        AnswerClassifier.Of(Rotation with { Purpose = Route.SignIn.Purpose }, reply, transport.BaseAddress);

    // Under a deadline of its own: a caller who gives up must not cut off what all others wait for too.
    private async Task<GrafanaReply> SendAsync(GrafanaRequest request, Credential? credential)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        try
        {
            return await transport.SendAsync(request, credential, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return GrafanaReply.Failed($"{transport.BaseAddress} did not answer within {timeout.TotalSeconds:0.###} s.", temporary: true);
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
