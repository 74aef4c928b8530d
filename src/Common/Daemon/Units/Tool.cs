using System.ComponentModel;
using System.Diagnostics;
using Athena.Common.Files;
using Athena.Common.Time;

namespace Athena.Common.Daemon.Units;

/// <summary>Runs a program of the system and waits for it.</summary>
internal static class Tool
{
    /// <summary>How a program ended.</summary>
    /// <param name="ExitCode">Its exit code.</param>
    /// <param name="Output">Standard output.</param>
    /// <param name="Error">Standard error.</param>
    public sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>What it said of its failure, on one line.</summary>
        public string Words => string.Join(" ", (Error.Trim().Length > 0 ? Error : Output)
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    /// <inheritdoc cref="RunAsync(string, IReadOnlyList{string}, TimeSpan, CancellationToken)"/>
    public static Result Run(string program, IReadOnlyList<string> arguments, TimeSpan patience) =>
        RunAsync(program, arguments, patience, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>In English and in UTC, so that what it prints can be read.</summary>
    /// <exception cref="IOException">There is no such program, or it did not end in time.</exception>
    public static Task<Result> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan patience, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments);
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        start.Environment["SYSTEMD_COLORS"] = "0";
        return RunAsync(start, patience, cancel);
    }

    /// <param name="start">The program, found in PATH, or a path.</param>
    /// <param name="patience">After which it is killed.</param>
    /// <param name="cancel">Kills it, too.</param>
    /// <param name="sink">Takes standard output as it comes; null for one whose output is text.</param>
    /// <exception cref="IOException">There is no such program, or it did not end in time.</exception>
    public static async Task<Result> RunAsync(ProcessStartInfo start, TimeSpan patience, CancellationToken cancel, Stream? sink = null)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Begin(start);
        process.StandardInput.Close();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(patience);
        var output = sink is null
            ? process.StandardOutput.ReadToEndAsync(CancellationToken.None)
            : PourAsync(process.StandardOutput.BaseStream, sink);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            cancel.ThrowIfCancellationRequested();
            throw new IOException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {Duration.Write(patience)}.");
        }

        return new Result(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
    }

    private static async Task<string> PourAsync(Stream from, Stream to)
    {
        await from.CopyToAsync(to, CancellationToken.None).ConfigureAwait(false);
        return "";
    }

    private static Process Begin(ProcessStartInfo start)
    {
        Privileges.DemandThatProgramsMayBeStarted();
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{start.FileName} cannot be run: {e.Message}", e);
        }
    }
}
