using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Athena.Sandbox.Tests;

/// <summary>Somebody who talks to the stand-in, with cookies of their own.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient http;

    public Browser(StandInGrafana grafana, string? user = null, string? password = null)
    {
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = grafana.Url };
        if (user is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    public void Dispose() => http.Dispose();

    public async Task<(int Status, JsonElement Json)> AskAsync(string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (
            (int)response.StatusCode,
            text.StartsWith('{') || text.StartsWith('[') ? JsonSerializer.Deserialize<JsonElement>(text) : default);
    }

    public Task<(int Status, JsonElement Json)> SignUpAsync(string email, string name = "") =>
        AskAsync("POST", "/api/user/signup/step2", new { email, code = "", username = email, password = "lab-Self-1", name, orgName = "" });
}
