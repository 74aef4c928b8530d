using System.ComponentModel;
using System.Diagnostics;

namespace Athena.Common.Hosting.TakeOver;

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
        public string Words => string.Join(" ", (Error.Trim().Length > 0 ? Error : Output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    /// <inheritdoc cref="RunAsync"/>
    public static Result Run(string program, IReadOnlyList<string> arguments, TimeSpan patience) =>
        RunAsync(program, arguments, patience, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>In English and in UTC, so that what it prints can be read.</summary>
    /// <exception cref="IOException">There is no such program, or it did not end in time.</exception>
    public static async Task<Result> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan patience, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        start.Environment["SYSTEMD_COLORS"] = "0";
        using var process = Begin(start);
        process.StandardInput.Close();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(patience);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            cancel.ThrowIfCancellationRequested();
            throw new IOException($"{program} {string.Join(' ', arguments)} did not end within {Duration.Write(patience)}.");
        }

        return new Result(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
    }

    private static Process Begin(ProcessStartInfo start)
    {
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
