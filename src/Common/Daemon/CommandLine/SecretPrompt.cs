namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// Asks for a secret: without echo at a terminal, else the first line of standard input. Never a word of the command line, which every user
/// of the machine can read.
/// </summary>
public static class SecretPrompt
{
    private const int LongestSecret = 1024;
    private const int StandardInput = 0;

    /// <returns>Empty where nothing was given, or more than 1,024 characters.</returns>
    public static async Task<string> ReadAsync(string question, TextWriter output, CancellationToken cancel)
    {
        if (Console.IsInputRedirected) return FirstLine(await Console.In.ReadLineAsync(cancel).ConfigureAwait(false) ?? "");
        await output.WriteAsync(question + " ").ConfigureAwait(false);
        await output.FlushAsync(cancel).ConfigureAwait(false);
        using var echo = TerminalEcho.Off(StandardInput);
        try
        {
            // A line that is waited for cannot be given up; the thread ends with the program.
            return FirstLine(await Task.Run(Terminal.ReadWholeLine, CancellationToken.None).WaitAsync(cancel).ConfigureAwait(false) ?? "");
        }
        finally
        {
            await output.WriteLineAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Of a file or of standard input.</summary>
    internal static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r') is { Length: <= LongestSecret } line ? line : "";
}
