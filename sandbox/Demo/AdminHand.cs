using System.Net.Http.Headers;
using System.Text;

namespace Athena.Sandbox.Demo;

/// <summary>Does on the stand-in what a person does in Grafana's own pages, by the same calls, so that it stands in the log.</summary>
internal sealed class AdminHand(StandInGrafana grafana, string user, string password) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    public void Dispose() => http.Dispose();

    /// <summary>Enables, disables, logs out or deletes.</summary>
    public async Task<(int Status, string Body)> ActAsync(long userId, string act, CancellationToken cancellation)
    {
        using var request = act == "delete"
            ? new HttpRequestMessage(HttpMethod.Delete, Address($"/api/admin/users/{userId}"))
            : new HttpRequestMessage(HttpMethod.Post, Address($"/api/admin/users/{userId}/{act}"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        request.Headers.Referrer = new Uri(Address($"/admin/users/edit/{userId}"));
        return await SendAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <summary>A stranger's sign-up, as the form posts it: the login is the e-mail.</summary>
    /// <param name="onSession">Given the cookies of the session as soon as Grafana has answered.</param>
    public async Task<(int Status, string Body)> SignUpAsync(
        string name, string email, string newPassword, Action<IEnumerable<string>> onSession, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address("/api/user/signup/step2"));
        request.Content = JsonContent.Create(new { email, code = "", username = email, password = newPassword, name, orgName = "" });
        request.Headers.Referrer = new Uri(Address("/signup"));
        return await SendAsync(request, cancellation, onSession).ConfigureAwait(false);
    }

    /// <summary>A stranger guesses somebody's password.</summary>
    public async Task GuessAsync(string login, int times, CancellationToken cancellation)
    {
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Address("/login"));
            request.Content = JsonContent.Create(new { user = login, password = $"guess-{i}" });
            await SendAsync(request, cancellation).ConfigureAwait(false);
        }
    }

    private string Address(string path) => grafana.Url.ToString().TrimEnd('/') + path;

    private async Task<(int Status, string Body)> SendAsync(
        HttpRequestMessage request, CancellationToken cancellation, Action<IEnumerable<string>>? onSession = null)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && response.Headers.TryGetValues("Set-Cookie", out var cookies)) onSession?.Invoke(cookies);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false));
        }
        catch (HttpRequestException e)
        {
            return (502, $$"""{"message":"Grafana does not answer ({{e.HttpRequestError}})"}""");
        }
    }
}
