using System.Collections.Concurrent;
using System.Text.Json;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>
/// The part of Grafana that lets people in, as recorded: a session with a cookie that is exchanged, the cookie before it still good,
/// and logins that strangers have locked. What a request gets once it is let in is <see cref="Inside"/>'s affair.
/// </summary>
internal sealed class SessionGrafana : IAsyncDisposable
{
    public const string Login = "athena-workers-7f3a";
    public const string Email = "workers-7f3a@example.org";
    public const string Password = "lab-Worker-1";

    private static readonly PeerAnswer Unauthorized = Recorded.Answer("no credentials");
    private readonly Lock turn = new();
    private readonly HashSet<string> good = [];
    private int cookies;
    private string? current;

    public SessionGrafana() => Peer = new HttpPeer(request => AnswerAsync(request));

    public HttpPeer Peer { get; }

    /// <summary>The names with which somebody tried to sign in, in order.</summary>
    public ConcurrentQueue<string> SignIns { get; } = [];

    public ConcurrentQueue<string> Rotations { get; } = [];

    /// <summary>The cookies with which somebody signed out, in order.</summary>
    public ConcurrentQueue<string> SignOuts { get; } = [];

    /// <summary>Where a browser that signs out is sent on to.</summary>
    public string AfterSignOut { get; set; } = "/login";

    /// <summary>Login names that give 401 also for the right password.</summary>
    public HashSet<string> Locked { get; } = [];

    /// <summary>What the cookie is called (<c>login_cookie_name</c>).</summary>
    public string CookieName { get; set; } = "grafana_session";

    public string Attributes { get; set; } = "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax";

    public Func<PeerRequest, PeerAnswer?> Instead { get; set; } = _ => null;

    public Func<PeerRequest, Task<PeerAnswer>> Inside { get; set; } = _ => Task.FromResult(Recorded.Answer("daemon: who am I", "attacks"));

    public IEnumerable<string> Lines => Peer.Requests.Select(request => request.Line);

    public string Cookie(int number) => $"{CookieName}={number:x32}";

    /// <summary>Ends every session, as a restart with a lost database or a maximum lifetime does.</summary>
    public void EndSessions()
    {
        lock (turn)
            good.Clear();
    }

    /// <summary>Grafana wants the cookie exchanged: 401 until it is, though the session lives.</summary>
    public bool WantsRotation { get; set; }

    public ValueTask DisposeAsync() => Peer.DisposeAsync();

    private async Task<PeerAnswer> AnswerAsync(PeerRequest request)
    {
        if (Instead(request) is { } instead)
            return instead;
        lock (turn)
        {
            switch (request.Line)
            {
                case "POST /login":
                    var body = JsonDocument.Parse(request.Body).RootElement;
                    var user = body.GetProperty("user").GetString()!;
                    SignIns.Enqueue(user);
                    if (Locked.Contains(user) || user is not (Login or Email) || body.GetProperty("password").GetString() != Password)
                        return Recorded.Answer("a stranger guesses the daemon's password, 1", "attacks");
                    good.Clear();
                    return NewCookie(Recorded.Answer("daemon opens a session", "attacks"));
                case "POST /api/user/auth-tokens/rotate":
                    Rotations.Enqueue(request.Header("Cookie") ?? "");
                    if (!good.Contains(request.Header("Cookie") ?? ""))
                        return Unauthorized;
                    good.RemoveWhere(cookie => cookie != current);
                    WantsRotation = false;
                    return NewCookie(Recorded.Answer("daemon rotates its session", "attacks"));
                case "GET /logout":
                    SignOuts.Enqueue(request.Header("Cookie") ?? "");
                    good.Remove(request.Header("Cookie") ?? "");
                    return new PeerAnswer(302, "<a href=\"/login\">Found</a>.\n\n").With("Location", AfterSignOut);
            }

            if (WantsRotation || !good.Contains(request.Header("Cookie") ?? ""))
                return Unauthorized;
        }

        return await Inside(request);
    }

    private PeerAnswer NewCookie(PeerAnswer answer)
    {
        current = Cookie(++cookies);
        good.Add(current);
        return answer.With("Set-Cookie", current + Attributes)
            .With("Set-Cookie", "grafana_session_expiry=1795227445; Path=/; Max-Age=2592000; SameSite=Lax")
            .With("Set-Cookie", "redirect_to=; Path=/; Max-Age=0; HttpOnly");
    }
}
