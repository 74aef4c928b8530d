using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Sandbox;

namespace Athena.EndToEnd.Harness;

/// <summary>Somebody with a browser: cookies of their own, or a password in each request.</summary>
internal sealed class Visitor : IDisposable
{
    private readonly HttpClient http;

    public Visitor(StandInGrafana grafana, string? user = null, string? password = null)
    {
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = grafana.Url };
        if (user is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    public void Dispose() => http.Dispose();

    /// <summary>The status and the answer; status 0 when there was none.</summary>
    public async Task<(int Status, JsonElement Json)> AskAsync(string method, string path, object? body = null, Uri? referer = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Referrer = referer;
        if (body is not null) request.Content = JsonContent.Create(body);
        try
        {
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            return (
                (int)response.StatusCode,
                text.StartsWith('{') || text.StartsWith('[') ? JsonSerializer.Deserialize<JsonElement>(text) : default);
        }
        catch (HttpRequestException)
        {
            return (0, default);
        }
    }

    /// <summary>The sign-up form: the login is the e-mail, unless somebody talks to the API themselves.</summary>
    public async Task<int> SignUpAsync(string email, string name = "Some Body", string? login = null) =>
        (await AskAsync("POST", "/api/user/signup/step2", new
        {
            email,
            code = "",
            username = login ?? email,
            password = "lab-Self-1",
            name,
            orgName = "",
        })).Status;

    /// <summary>Whether their session still opens Grafana.</summary>
    public async Task<bool> IsInsideAsync() => (await AskAsync("GET", "/api/user")).Status == 200;
}
