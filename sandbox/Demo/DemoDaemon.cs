using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Telemetry.Metrics;

namespace Athena.Sandbox.Demo;

/// <summary>One of the daemons that run beside the sandbox, as its own commands see it: by its control socket.</summary>
/// <param name="Name">As its program is called.</param>
/// <param name="Directory">Its <c>CONTROL_DIR</c>; the file <c>pid</c> beside the socket holds the number of its process.</param>
public sealed record DemoDaemon(string Name, string Directory)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="text"><c>NAME=CONTROL_DIR</c>, several parted by commas.</param>
    /// <exception cref="FormatException">It is written otherwise.</exception>
    public static IReadOnlyList<DemoDaemon> Parse(string text) =>
    [
        .. text.Split(',').Select(one => one.Split('=', 2) is [var name, var directory]
            ? new DemoDaemon(name, Path.GetFullPath(directory))
            : throw new FormatException($"--daemons needs NAME=CONTROL_DIR, not \"{one}\".")),
    ];

    /// <summary>What <c>status --output json</c> says; null when it does not answer.</summary>
    public async Task<JsonElement?> StatusAsync(CancellationToken cancel) =>
        await AskAsync(new ControlRequest("status"), cancel).ConfigureAwait(false) is { Json: { } json }
            ? JsonSerializer.Deserialize<JsonElement>(json)
            : null;

    /// <summary>What it has counted, in Prometheus' text format; null while it writes nothing.</summary>
    /// <param name="folder">In which each daemon has a folder of its name; null where there is none.</param>
    public string? Metrics(string? folder)
    {
        try
        {
            return folder is null ? null : File.ReadAllText(Path.Combine(folder, Name, MetricFile.FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What waits is tried at once, as after a <c>check</c> that found all well.</summary>
    public Task HurryAsync(CancellationToken cancel) => AskAsync(new ControlRequest(WaitingMessages.Command), cancel);

    /// <summary>As <c>kill -9</c> does. False when there is no such process: whatever has its number now is left alone.</summary>
    public bool Kill()
    {
        try
        {
            var pid = int.Parse(File.ReadAllText(Path.Combine(Directory, "pid")), CultureInfo.InvariantCulture);
            if (!File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains(Name)) return false;
            using var process = Process.GetProcessById(pid);
            process.Kill();
            return true;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<ControlReply?> AskAsync(ControlRequest request, CancellationToken cancel)
    {
        try
        {
            return await ControlClient.SendAsync(Path.Combine(Directory, "control"), request, Patience, TimeProvider.System, cancel)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
