using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Athena.Sandbox.SingleSignOn;

/// <summary>
/// A provider for single sign-on that believes everybody: it asks who one is and sends them back to Grafana with a code. The stand-in
/// redeems the code in this process; <c>/token</c> and <c>/userinfo</c> do so for a real Grafana. It never redirects but to loopback.
/// </summary>
public sealed class PretendProvider : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentDictionary<string, ProviderPerson> people = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ProviderPerson> codes = new(StringComparer.Ordinal);

    private PretendProvider(int port)
    {
        server = Loopback.Build(port);
        server.Run(AnswerAsync);
    }

    /// <summary>Where it listens; <c>/auth</c> below it is where Grafana sends people.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    public static async Task<PretendProvider> StartAsync(int port = 0, CancellationToken cancellation = default)
    {
        var provider = new PretendProvider(port);
        await provider.server.StartAsync(cancellation).ConfigureAwait(false);
        provider.Url = new Uri(Loopback.AddressOf(provider.server));
        return provider;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>Somebody who is not made of a plain word: another e-mail, another name, or renamed at the provider since.</summary>
    public void Know(ProviderPerson person) => people[person.Login] = person;

    /// <summary>
    /// Whom a code stands for, once; a plain word stands for the person of that name, as often as one likes. Null for all others.
    /// </summary>
    internal ProviderPerson? Redeem(string code) => codes.TryRemove(code, out var person) ? person : Who(code);

    private ProviderPerson? Who(string name) =>
        people.TryGetValue(name, out var known) ? known : ProviderPerson.IsPlainWord(name) ? ProviderPerson.Of(name) : null;

    private Task AnswerAsync(HttpContext http) => http.Request.Path.Value switch
    {
        "/auth" => AuthorizeAsync(http),
        "/token" => TokenAsync(http),
        "/userinfo" => UserInfoAsync(http),
        _ => SayAsync(http, 404, "text/plain", "Not here."),
    };

    private Task AuthorizeAsync(HttpContext http)
    {
        string Asked(string name) => http.Request.Query[name].ToString();

        if (!Uri.TryCreate(Asked("redirect_uri"), UriKind.Absolute, out var back) || back.Scheme != "http" || !back.IsLoopback)
            return SayAsync(http, 400, "text/plain", "redirect_uri must be a Grafana on this machine.");
        if (Asked("login_hint") is not { Length: > 0 } name) return SayAsync(http, 200, "text/html; charset=utf-8", Form(http));
        if (Who(name) is not { } person)
            return SayAsync(http, 400, "text/plain", "Nobody of that name: small letters, digits, dots and hyphens.");
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        codes[code] = person;
        http.Response.Redirect($"{back}?code={code}&state={Uri.EscapeDataString(Asked("state"))}");
        return Task.CompletedTask;
    }

    /// <summary>A real Grafana gives the code and gets a token, which is the code again.</summary>
    private static async Task TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        await http.Response.WriteAsJsonAsync(
            new { access_token = form["code"].ToString(), token_type = "Bearer", expires_in = 3600 },
            http.RequestAborted).ConfigureAwait(false);
    }

    private Task UserInfoAsync(HttpContext http)
    {
        var token = http.Request.Headers.Authorization.ToString();
        return token.StartsWith("Bearer ", StringComparison.Ordinal) && Redeem(token["Bearer ".Length..]) is { } person
            ? http.Response.WriteAsJsonAsync(
                new { sub = person.Subject, login = person.Login, email = person.Email, name = person.Name }, http.RequestAborted)
            : SayAsync(http, 401, "text/plain", "Unknown token.");
    }

    private static string Form(HttpContext http)
    {
        var hidden = new StringBuilder();
        foreach (var (key, value) in http.Request.Query)
            hidden.Append(
                $"<input type=\"hidden\" name=\"{HtmlEncoder.Default.Encode(key)}\" "
                + $"value=\"{HtmlEncoder.Default.Encode(value.ToString())}\">");

        return $"""
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Pretend provider</title></head><body>
            <h1>Who are you?</h1><p>This provider believes everybody. It is for trials only.</p>
            <form action="/auth">{hidden}<input name="login_hint" placeholder="kagiso" required autofocus> <button>Sign on</button></form>
            </body></html>
            """;
    }

    private static Task SayAsync(HttpContext http, int status, string type, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
