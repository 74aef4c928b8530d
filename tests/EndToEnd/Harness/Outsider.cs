using System.Net.Http.Json;
using Athena.Sandbox.Grafana;
using Athena.Sandbox.SingleSignOn;

namespace Athena.EndToEnd.Harness;

/// <summary>How an account comes about that Grafana does not own (docs/grafana.md §5).</summary>
internal enum Outside
{
    SingleSignOn,
    Directory,
    Proxy,
}

/// <summary>Somebody whose account is not Grafana's own, with one browser at a time.</summary>
internal sealed class Outsider(Lab lab, Outside way, string name) : IDisposable
{
    private const string Password = "lab-Ldap-1";

    private readonly List<IDisposable> browsers = [];
    private HttpClient? browser;

    public string Email => $"{name}@idp.example.org";

    /// <summary>Their account as it is now; another one after it was deleted.</summary>
    public Account Account => lab.Account(Email);

    /// <summary>Whether a log-out keeps them out until they sign in again; a proxy vouches for them in each request.</summary>
    public bool HasSessions => way != Outside.Proxy;

    /// <summary>Signs in with a new browser and makes a first request; its status.</summary>
    public async Task<int> ComeAsync()
    {
        browser = way switch
        {
            Outside.SingleSignOn => await SignOnAsync(),
            Outside.Directory => await SignInAsync(),
            _ => Proxied(),
        };
        return await AskAsync();
    }

    /// <summary>What the browser that they have is answered now.</summary>
    public async Task<int> AskAsync(string path = "api/user")
    {
        using var answer = await browser!.GetAsync(new Uri(path, UriKind.Relative));
        return (int)answer.StatusCode;
    }

    public void Dispose()
    {
        foreach (var opened in browsers) opened.Dispose();
    }

    private async Task<HttpClient> SignOnAsync()
    {
        var signedOn = await lab.Grafana.SignOnAsync(ProviderPerson.Of(name));
        browsers.Add(signedOn);
        return signedOn.Http;
    }

    private async Task<HttpClient> SignInAsync()
    {
        // The directory's own record: Grafana makes its account at the first sign-in, without a line.
        if (lab.Grafana.Database.Find(Email) is null)
            lab.Grafana.Database.AddUser(name, Email, name, Password, authLabel: "LDAP", externallySynced: true);
        var http = Open();
        using var answer = await http.PostAsJsonAsync("login", new { user = name, password = Password });
        return http;
    }

    private HttpClient Proxied()
    {
        var http = Open();
        http.DefaultRequestHeaders.Add("X-WEBAUTH-USER", name);
        http.DefaultRequestHeaders.Add("X-WEBAUTH-EMAIL", Email);
        return http;
    }

    private HttpClient Open()
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = lab.Grafana.Url };
        browsers.Add(http);
        return http;
    }
}
