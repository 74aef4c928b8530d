using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Athena.Bench.Stage;

/// <summary>
/// The least that locks somebody: read the log's end each millisecond, look the e-mail up, disable. It remembers nothing, proves nothing
/// and tells nobody; the daemon's times are held against it.
/// </summary>
internal sealed class PlainLoop : IDisposable
{
    private readonly HttpClient http;
    private readonly FileStream log;
    private readonly Thread thread;
    private volatile bool isStopping;

    public PlainLoop(Site site)
    {
        http = new HttpClient { BaseAddress = site.Grafana.Url };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Site.Worker}:{site.Password}"));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        log = new FileStream(site.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(0, SeekOrigin.End);
        thread = new Thread(Follow) { IsBackground = true, Name = "plain loop" };
        thread.Start();
    }

    public void Dispose()
    {
        isStopping = true;
        thread.Join();
        log.Dispose();
        http.Dispose();
    }

    private void Follow()
    {
        // The stand-in writes each line whole, so there are no halves to put together.
        using var lines = new StreamReader(log);
        while (!isStopping)
        {
            while (lines.ReadLine() is { } line)
                if (line.Contains("msg=\"Successful Login\"", StringComparison.Ordinal))
                    _ = LockAsync(line[(line.LastIndexOf("User=", StringComparison.Ordinal) + 5)..]);
            Thread.Sleep(1);
        }
    }

    private async Task LockAsync(string email)
    {
        using var found = JsonDocument.Parse(await http.GetStringAsync("/api/users/lookup?loginOrEmail=" + Uri.EscapeDataString(email))
            .ConfigureAwait(false));
        using var answer = await http.PostAsync($"/api/admin/users/{found.RootElement.GetProperty("id").GetInt64()}/disable", null)
            .ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }
}
