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

    /// <param name="folder">For their files.</param>
    /// <param name="metrics">To what the one link in node_exporter's folder leads.</param>
    public static async Task<PrometheusLab> OpenAsync(TemporaryDirectory folder, string metrics)
    {
        var (node, server) = (FreePort(), FreePort());
        var lab = new PrometheusLab(new Uri($"http://127.0.0.1:{server}/"));
        var textfiles = Directory.CreateDirectory(folder["textfiles"]).FullName;
        File.CreateSymbolicLink(Path.Combine(textfiles, "athena-daemon.prom"), metrics);
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

             """);
        string[] exporter =
        [
            folder["node-exporter"], "--collector.disable-defaults", "--collector.textfile",
            $"--collector.textfile.directory={textfiles}", $"--web.listen-address=127.0.0.1:{node}",
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

    private async Task<string?> AskAsync(string query)
    {
        try
        {
            last = await http.GetStringAsync(new Uri(address, $"api/v1/query?query={Uri.EscapeDataString(query)}"));
        }
        catch (HttpRequestException e)
        {
            last = e.Message; // It has not begun to listen.
            return null;
        }

        return JsonNode.Parse(last)!["data"]!["result"]!.AsArray() is [var only] ? only!["value"]![1]!.GetValue<string>() : null;
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
