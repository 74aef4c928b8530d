using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Athena.Tests.Shared;

/// <summary>
/// Debian's Alertmanager as its own process, with one receiver that writes down whom it would have rung. It forgets alerts when it is
/// restarted, as any does, and remembers of what it has told.
/// </summary>
internal sealed class AlertmanagerServer : IAsyncDisposable
{
    private const string Program = "prometheus-alertmanager";

    /// <summary>Where Debian's looks for its templates, also of a notification that uses none.</summary>
    private const string Templates = "/usr/share/prometheus/alertmanager";

    private readonly HttpListener receiver = new();
    private readonly HttpClient http = new();
    private readonly TemporaryDirectory folder;
    private readonly int port = FreePort();
    private readonly ConcurrentQueue<string> said = [];
    private Process? process;

    private AlertmanagerServer(TemporaryDirectory folder) => this.folder = folder;

    public Uri Url => new($"http://127.0.0.1:{port}/");

    /// <summary>What the receiver was told, in order: <c>firing AthenaGrafanaDown</c>.</summary>
    public ConcurrentQueue<string> Rung { get; } = [];

    /// <summary>Starts it, and waits until it answers.</summary>
    public static async Task<AlertmanagerServer> StartAsync(TemporaryDirectory folder)
    {
        if (Promtool.Find(Program) is null) NotRun.Missing($"{Program}, of Debian's package of that name");
        var server = new AlertmanagerServer(folder);
        var hook = $"http://127.0.0.1:{FreePort()}/";
        server.receiver.Prefixes.Add(hook);
        server.receiver.Start();
        _ = server.ReceiveAsync();
        await File.WriteAllTextAsync(
            folder["alertmanager.yml"],
            $"""
             route:
               receiver: hook
               group_by: ['...']
               group_wait: 0s
               group_interval: 1s
               repeat_interval: 1d
             receivers:
             - name: hook
               webhook_configs:
               - url: {hook}
                 send_resolved: true

             """);
        await server.BeginAsync();
        return server;
    }

    /// <summary>After <see cref="EndAsync"/>.</summary>
    public async Task BeginAsync()
    {
        process = Process.Start(new ProcessStartInfo(
            ProgramWithTemplates(),
            [
                $"--config.file={folder["alertmanager.yml"]}", $"--storage.path={folder["alertmanager-data"]}",
                $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetFullPath(Path.Combine(Promtool.Find(Program)!, "../../.." + Templates)),
        })!;
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (await AskAsync("-/ready") is null)
        {
            if (process.HasExited) Assert.Fail($"Alertmanager ended: {string.Join('\n', said)}");
            await Task.Delay(50);
        }
    }

    /// <summary>
    /// Installed it finds its templates; of one that was only unpacked, as tests/interop/install.sh does, a copy looks for them in the
    /// folder in which it is started.
    /// </summary>
    private string ProgramWithTemplates()
    {
        var program = Promtool.Find(Program)!;
        if (Directory.Exists(Templates)) return program;
        var copy = folder["alertmanager"];
        if (File.Exists(copy)) return copy;
        var content = File.ReadAllBytes(program);
        var (path, here) = (Encoding.ASCII.GetBytes(Templates), Encoding.ASCII.GetBytes("." + new string('/', Templates.Length - 1)));
        for (int at, from = 0; (at = content.AsSpan(from).IndexOf(path)) >= 0; from += at + here.Length)
            here.CopyTo(content, from + at);
        File.WriteAllBytes(copy, content);
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return copy;
    }

    /// <summary>In good order: it keeps what it has told.</summary>
    public async Task EndAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process!.Id}"]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>The alerts that it holds for firing.</summary>
    public async Task<IReadOnlyList<JsonNode>> FiringAsync() =>
        JsonNode.Parse(await AskAsync("api/v2/alerts") ?? "[]")!.AsArray().Select(alert => alert!).ToList();

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await EndAsync();
        receiver.Close();
        http.Dispose();
    }

    private async Task<string?> AskAsync(string path)
    {
        try
        {
            return await http.GetStringAsync(new Uri(Url, path));
        }
        catch (HttpRequestException)
        {
            return null; // It does not listen yet, or not any more.
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var call = await receiver.GetContextAsync();
                using var reader = new StreamReader(call.Request.InputStream);
                var told = JsonNode.Parse(await reader.ReadToEndAsync())!;
                foreach (var alert in told["alerts"]!.AsArray())
                    Rung.Enqueue($"{alert!["status"]} {alert["labels"]!["alertname"]}");
                call.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
