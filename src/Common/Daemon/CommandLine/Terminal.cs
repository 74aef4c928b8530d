using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// The person at the keyboard, if there is one. A terminal is opened by hand: <see cref="Console"/> and its streams would put it into the
/// mode of programs that fill the screen, and not back.
/// </summary>
/// <param name="ask">Shows a question and gives the answer; null where nobody can be asked.</param>
public sealed class Terminal(Func<string, string?>? ask)
{
    /// <summary>How often an answer that cannot be taken is asked for again.</summary>
    public const int Tries = 3;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly Lazy<TextWriter> StandardOutput = new(() =>
        Writer(Console.IsOutputRedirected ? Console.OpenStandardOutput() : Open(1, FileAccess.Write)));

    private static readonly Lazy<TextWriter> StandardError = new(() =>
        Writer(Console.IsErrorRedirected ? Console.OpenStandardError() : Open(2, FileAccess.Write)));

    private static readonly Lazy<StreamReader> StandardInput = new(() => new StreamReader(
        Console.IsInputRedirected ? Console.OpenStandardInput() : Open(0, FileAccess.Read), Utf8));

    public static TextWriter Output => StandardOutput.Value;

    public static TextWriter Error => StandardError.Value;

    public bool IsThere => ask is not null;

    /// <summary>What was typed, without spaces around it; null where the input ended.</summary>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed instead, or the command was told to stop.</exception>
    public static string? ReadLine() =>
        // A line that is waited for cannot be given up; the thread ends with the program.
        Task.Run(ReadWholeLine, CancellationToken.None).WaitAsync(StopSignals.Current).GetAwaiter().GetResult()?.Trim();

    /// <summary>The same as it was typed: a password may begin or end with a space.</summary>
    internal static string? ReadWholeLine() => StandardInput.Value.ReadLine();

    /// <summary>Null where standard input is no terminal, or the output is for a program.</summary>
    public static Terminal Of(TextWriter output, bool isJson) => new(isJson || Console.IsInputRedirected ? null : question =>
    {
        output.Write(question + " ");
        output.Flush();
        return ReadLine();
    });

    /// <summary>
    /// What is neither yes nor no is asked again, for a slip must not throw away what somebody typed before. Nothing typed is no, and
    /// nobody there is.
    /// </summary>
    public bool Confirm(string question)
    {
        for (var left = Tries; left > 0; left--)
        {
            var answer = Ask(question + " [yes/no]");
            if (IsYes(answer)) return true;
            if (answer is null || answer.Equals("no", StringComparison.OrdinalIgnoreCase)
                || answer.Equals("n", StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return false;
    }

    /// <summary>Whether an answer is yes; nothing else is.</summary>
    public static bool IsYes(string? answer) =>
        answer is not null
        && (answer.Equals("yes", StringComparison.OrdinalIgnoreCase) || answer.Equals("y", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null where nobody is there, or nothing was answered.</summary>
    public string? Ask(string question) => ask?.Invoke(question) is { Length: > 0 } answer ? answer : null;

    private static FileStream Open(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, Utf8) { AutoFlush = true });
}

/// <summary>
/// Keeps a terminal from showing what is typed until it is disposed of. .NET's own way, single keys, leaves the terminal without echo for
/// the questions that follow.
/// </summary>
internal sealed partial class TerminalEcho : IDisposable
{
    // termios(3) of Linux, the same on each processor: four words of flags, of which the last are the local ones.
    private const int MostBytes = 128;
    private const int LocalFlags = 12;
    private const int Echo = 0x8;
    private const int AtOnce = 0;

    private readonly int descriptor;
    private readonly byte[]? before;

    private TerminalEcho(int descriptor, byte[]? before) => (this.descriptor, this.before) = (descriptor, before);

    /// <param name="descriptor">What is no terminal is left as it is.</param>
    public static TerminalEcho Off(int descriptor)
    {
        var before = new byte[MostBytes];
        if (GetAttributes(descriptor, before) != 0) return new TerminalEcho(descriptor, null);
        var silent = before.ToArray();
        silent[LocalFlags] &= unchecked((byte)~Echo);
        return new TerminalEcho(descriptor, SetAttributes(descriptor, AtOnce, silent) == 0 ? before : null);
    }

    public void Dispose()
    {
        if (before is not null) _ = SetAttributes(descriptor, AtOnce, before);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, [In, Out] byte[] attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, byte[] attributes);
}

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
