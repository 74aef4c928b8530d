using System.Diagnostics;
using System.Text;

namespace Athena.EndToEnd.Harness;

/// <summary>
/// A command at a terminal of its own, as script(1) makes one: what a person types goes in when the question is there, and all that the
/// screen would show comes out.
/// </summary>
internal static class Pty
{
    /// <param name="start">The command, with its environment; standard streams of its own.</param>
    /// <param name="question">What it asks at its end; nothing is typed before that is on the screen.</param>
    /// <param name="typed">With its Enter; null hangs up instead, as closing the window does.</param>
    /// <returns>The exit code, and the screen with plain line ends.</returns>
    public static async Task<(int ExitCode, string Screen)> RunAsync(ProcessStartInfo start, string question, string? typed)
    {
        string[] command = [start.FileName, .. start.ArgumentList];
        var line = string.Join(' ', command.Select(word => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"));
        var script = new ProcessStartInfo("script", ["--quiet", "--return", "--command", line, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        script.Environment.Clear();
        foreach (var (key, value) in start.Environment) script.Environment[key] = value;
        script.Environment["TERM"] = "xterm-256color";
        script.Environment["SHELL"] = "/bin/sh";
        using var process = Process.Start(script)!;
        var screen = new StringBuilder();
        var buffer = new char[4096];
        var hasAnswered = false;
        while (await process.StandardOutput.ReadAsync(buffer).AsTask().WaitAsync(Eventually.Patience) is > 0 and var read)
        {
            screen.Append(buffer, 0, read);
            if (hasAnswered || !screen.ToString().Contains(question, StringComparison.Ordinal)) continue;
            hasAnswered = true;
            if (typed is not null) await process.StandardInput.WriteAsync(typed);
            process.StandardInput.Close();
        }

        await process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        return (process.ExitCode, screen.ToString().Replace("\r\n", "\n", StringComparison.Ordinal));
    }
}
