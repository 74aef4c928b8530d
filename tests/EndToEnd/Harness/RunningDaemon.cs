using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Athena.Sandbox;

namespace Athena.EndToEnd.Harness;

/// <summary>A daemon that runs as a process of its own. Disposing kills it.</summary>
internal sealed partial class RunningDaemon : IAsyncDisposable
{
    private const int Terminate = 15;

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    public RunningDaemon(Process process)
    {
        this.process = process;
        Leash.Hold(process);
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    /// <summary>Everything it said so far.</summary>
    public string Output => string.Join('\n', lines);

    public bool Said(string fragment) => lines.Any(line => line.Contains(fragment, StringComparison.Ordinal));

    /// <exception cref="TimeoutException">It never said so, or ended before.</exception>
    public Task SaysAsync(string fragment) => Eventually.TrueAsync(
        () => Said(fragment)
            || (HasEnded
                ? throw new TimeoutException($"Ended with {process.ExitCode} instead of saying \"{fragment}\":\n{Output}")
                : false),
        $"the daemon says \"{fragment}\"", () => Output);

    /// <summary>Waits for the first complete look: from then on everybody who is new is on their way out.</summary>
    public Task IsGuardingAsync() => SaysAsync("First complete look done");

    /// <summary>Power cut: kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill(); // Does nothing when it has ended.
        await process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>SIGTERM, as systemd sends it; the exit code, and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> StopAsync()
    {
        var began = Stopwatch.GetTimestamp();
        if (SendSignal(process.Id, Terminate) != 0) throw new InvalidOperationException($"The daemon has ended by itself:\n{Output}");
        return (await EndsAsync().ConfigureAwait(false), Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public async Task<int> EndsAsync()
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(Eventually.Patience).ConfigureAwait(false);
            return process.ExitCode;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The daemon does not end:\n{Output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync().ConfigureAwait(false);
        Leash.Free(process);
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null) lines.Enqueue(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
