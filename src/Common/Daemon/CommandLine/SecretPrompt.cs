using System.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// Asks for a secret: without echo at a terminal, else the first line of standard input. Never a word of the command line, which every user
/// of the machine can read.
/// </summary>
public static class SecretPrompt
{
    private const int LongestSecret = 1024;

    /// <summary>Reading single keys puts a terminal into the keypad's application mode (terminfo's smkx); this is rmkx.</summary>
    private const string NormalKeypad = "\e[?1l\e>";

    /// <returns>Empty where nothing was given, or more than 1,024 characters.</returns>
    public static async Task<string> ReadAsync(string question, TextWriter output, CancellationToken cancel)
    {
        if (Console.IsInputRedirected) return FirstLine(await Console.In.ReadLineAsync(cancel).ConfigureAwait(false) ?? "");
        await output.WriteAsync(question + " ").ConfigureAwait(false);
        await output.FlushAsync(cancel).ConfigureAwait(false);
        try
        {
            // A key that is waited for cannot be given up; the thread ends with the program.
            return await Task.Run(ReadKeys, CancellationToken.None).WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            await output.WriteLineAsync().ConfigureAwait(false);
            if (!Console.IsOutputRedirected) await VisibleWriter.Unfiltered(output).WriteAsync(NormalKeypad).ConfigureAwait(false);
        }
    }

    /// <summary>Of a file or of standard input.</summary>
    internal static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r') is { Length: <= LongestSecret } line ? line : "";

    private static string ReadKeys()
    {
        var secret = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0) secret.Length--;
            else if (!char.IsControl(key.KeyChar) && secret.Length < LongestSecret) secret.Append(key.KeyChar);
        }

        return secret.ToString();
    }
}
