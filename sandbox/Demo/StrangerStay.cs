using System.Collections.Concurrent;
using System.Diagnostics;

namespace Athena.Sandbox.Demo;

/// <summary>
/// What a stranger gets who signs up and goes on at once, as a script would: one request after the other with the session that Grafana gave
/// them, until one is refused.
/// </summary>
internal sealed class StrangerStay(StandInGrafana grafana) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { Timeout = Patience };
    private readonly ConcurrentDictionary<string, (int Answered, TimeSpan Inside)> stays = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many requests were answered to whoever signed up with this e-mail, and for how long; null when nobody did.</summary>
    public (int Answered, TimeSpan Inside)? Of(string email) => stays.TryGetValue(email, out var stay) ? stay : null;

    /// <param name="cookies">The <c>Set-Cookie</c> headers of the answer to the sign-up.</param>
    public async Task GoOnAsync(string email, IEnumerable<string> cookies)
    {
        var session = string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0]));
        var began = Stopwatch.GetTimestamp();
        (int Answered, TimeSpan Inside) stay = (0, TimeSpan.Zero);
        stays[email] = stay;
        try
        {
            while (Stopwatch.GetElapsedTime(began) < Patience)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(grafana.Url, "/api/user"));
                request.Headers.Add("Cookie", session);
                using var answer = await http.SendAsync(request).ConfigureAwait(false);
                if (!answer.IsSuccessStatusCode) break;
                stays[email] = stay = (stay.Answered + 1, Stopwatch.GetElapsedTime(began));
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Grafana was stopped meanwhile.
        }
    }

    public void Dispose() => http.Dispose();
}
