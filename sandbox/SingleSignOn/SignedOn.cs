using System.Net;

namespace Athena.Sandbox.SingleSignOn;

/// <summary>Somebody's browser after a sign-on: their cookies, and where Grafana sent them. Follows no redirect by itself.</summary>
public sealed class SignedOn : IDisposable
{
    private readonly SocketsHttpHandler handler = new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        CookieContainer = new CookieContainer(),
    };

    private SignedOn(Uri grafana) => Http = new HttpClient(handler) { BaseAddress = new Uri(grafana.ToString().TrimEnd('/') + "/") };

    /// <summary>Sends their cookies; paths are below Grafana's address, without a slash at the start.</summary>
    public HttpClient Http { get; }

    /// <summary>Where the sign-on ended: <c>/</c> inside, <c>/login</c> outside.</summary>
    public string Landing { get; private set; } = "";

    public bool IsInside { get; private set; }

    public void Dispose() => Http.Dispose();

    /// <summary>What their request is answered with at this moment: 200 while they are inside, 401 once they are not.</summary>
    public async Task<int> AskAsync(string path = "api/user", CancellationToken cancellation = default)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative), cancellation).ConfigureAwait(false);
        return (int)answer.StatusCode;
    }

    /// <summary>The three redirects of a sign-on: to the provider, back with a code, and on to the landing page.</summary>
    internal static async Task<SignedOn> ThroughAsync(Uri grafana, ProviderPerson person, CancellationToken cancellation)
    {
        var browser = new SignedOn(grafana);
        try
        {
            var toProvider = await browser.FollowAsync(new Uri(browser.Http.BaseAddress!, "login/generic_oauth"), cancellation)
                .ConfigureAwait(false);
            var back = await browser.FollowAsync(new Uri($"{toProvider}&login_hint={Uri.EscapeDataString(person.Login)}"), cancellation)
                .ConfigureAwait(false);
            browser.Landing = (await browser.FollowAsync(back, cancellation).ConfigureAwait(false)).AbsolutePath;
            browser.IsInside = !browser.Landing.EndsWith("/login", StringComparison.Ordinal);
            return browser;
        }
        catch
        {
            browser.Dispose();
            throw;
        }
    }

    private async Task<Uri> FollowAsync(Uri from, CancellationToken cancellation)
    {
        using var answer = await Http.GetAsync(from, cancellation).ConfigureAwait(false);
        return answer.Headers.Location is { } location
            ? new Uri(from, location)
            : throw new HttpRequestException(
                $"{from.AbsolutePath} answered {(int)answer.StatusCode} and sent nobody on.", null, answer.StatusCode);
    }
}
