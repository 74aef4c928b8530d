using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Athena.Tests.Shared;

namespace Athena.EndToEnd.Harness;

/// <summary>Debian's node_exporter, as a user who may read what everybody may, and a Prometheus that asks it once a second.</summary>
internal sealed class PrometheusLab : IAsyncDisposable
{
    private const string Nobody = "65534";
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly List<Process> processes = [];
    private readonly HttpClient http = new();
    private readonly Uri address;
    private string last = "";

    private PrometheusLab(Uri address) => this.address = address;

    /// <inheritdoc cref="OpenAsync(TemporaryDirectory, int?, string[])"/>
    public static Task<PrometheusLab> OpenAsync(TemporaryDirectory folder, params string[] metrics) => OpenAsync(folder, null, metrics);

    /// <param name="folder">For their files.</param>
    /// <param name="page">The port at which our own program answers, too; null for none.</param>
    /// <param name="metrics">To what the links in node_exporter's folder lead.</param>
    public static async Task<PrometheusLab> OpenAsync(TemporaryDirectory folder, int? page, string[] metrics)
    {
        var (node, server) = (FreePort(), FreePort());
        var lab = new PrometheusLab(new Uri($"http://127.0.0.1:{server}/"));
        var textfiles = Directory.CreateDirectory(folder["textfiles"]).FullName;
        foreach (var (file, at) in metrics.Select((file, at) => (file, at)))
            File.CreateSymbolicLink(Path.Combine(textfiles, $"athena-{at}.prom"), file);
        File.Copy(Promtool.Find("prometheus-node-exporter")!, folder["node-exporter"]);
        foreach (var path in (string[])[folder.Path, textfiles, folder["node-exporter"]]) File.SetUnixFileMode(path, ForAll);
        await File.WriteAllTextAsync(
            folder["prometheus.yml"],
            $"""
             global:
               scrape_interval: 1s
             scrape_configs:
             - job_name: node
               static_configs:
               - targets: ['127.0.0.1:{node}']
             - job_name: athena
               static_configs:
               - targets: [{(page is null ? "" : $"'127.0.0.1:{page}'")}]

             """);
        string[] exporter =
        [
            folder["node-exporter"], "--collector.disable-defaults", "--collector.textfile",
            $"--collector.textfile.directory={textfiles}", $"--web.listen-address=127.0.0.1:{node}",
            "--collector.meminfo", "--collector.filesystem",
            "--collector.filesystem.fs-types-exclude=^$", // In a container / is an overlay.
        ];
        string[] asNobody = ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups"];
        lab.Start(Environment.IsPrivilegedProcess ? [.. asNobody, .. exporter] : exporter);
        lab.Start(
            [Promtool.Find("prometheus")!, $"--config.file={folder["prometheus.yml"]}", $"--storage.tsdb.path={folder["data"]}",
                $"--web.listen-address=127.0.0.1:{server}"]);
        return lab;
    }

    /// <summary>Waits until the query has one answer, and this.</summary>
    public Task SaysAsync(string query, string value) =>
        Eventually.TrueAsync(async () => await AskAsync(query) == value, $"{query} is {value}", () => last);

    /// <summary>Which values a label has in the series of a selector.</summary>
    public async Task<IReadOnlyList<string>> ValuesAsync(string selector, string label) =>
        await GetAsync($"api/v1/label/{label}/values?match[]={Uri.EscapeDataString(selector)}") is { } values
            ? [.. values.AsArray().Select(value => value!.GetValue<string>())]
            : [];

    /// <summary>Whether a query brings a number, now or over a span that ends now.</summary>
    /// <param name="span">How long it is, and how far its points are from each other; null for now.</param>
    /// <param name="isWhole">
    /// Points lie at whole steps, of days at midnight, as Grafana places them; else the last one is now, for what has only just begun.
    /// </param>
    /// <exception cref="AssertionException">Prometheus does not take it.</exception>
    public async Task<bool> BringsNumbersAsync(string query, (TimeSpan Length, TimeSpan Step)? span, bool isWhole)
    {
        var path = "api/v1/query?query=" + Uri.EscapeDataString(query);
        if (span is var (length, step))
        {
            var (now, by) = (DateTimeOffset.UtcNow.ToUnixTimeSeconds(), (long)step.TotalSeconds);
            var end = isWhole ? now / by * by : now;
            var start = end - (long)length.TotalSeconds / by * by;
            path = $"api/v1/query_range?query={Uri.EscapeDataString(query)}&start={start}&end={end}&step={by}";
        }

        return await GetAsync(path) is { } data && data["result"]!.AsArray()
            .SelectMany(series => series!["values"]?.AsArray().ToArray() ?? [series["value"]])
            .Any(point => point![1]!.GetValue<string>() != "NaN");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        foreach (var process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task<string?> AskAsync(string query) =>
        await GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}") is { } data && data["result"]!.AsArray() is [var only]
            ? only!["value"]![1]!.GetValue<string>()
            : null;

    /// <summary>What Prometheus answers; null while it has not begun to.</summary>
    /// <exception cref="AssertionException">It does not take the question.</exception>
    private async Task<JsonNode?> GetAsync(string path)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(address, path));
            last = await response.Content.ReadAsStringAsync();
            if ((int)response.StatusCode / 100 == 4) throw new AssertionException($"{Uri.UnescapeDataString(path)}\n{last}");
            return response.IsSuccessStatusCode ? JsonNode.Parse(last)!["data"] : null;
        }
        catch (HttpRequestException e)
        {
            last = e.Message;
            return null;
        }
    }

    private void Start(string[] command)
    {
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        processes.Add(process);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
