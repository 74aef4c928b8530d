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
    public static string? ReadLine() => ReadWholeLine()?.Trim();

    /// <summary>The same as it was typed: a password may begin or end with a space.</summary>
    internal static string? ReadWholeLine() => StandardInput.Value.ReadLine();

    /// <summary>Null where standard input is no terminal, or the output is for a program.</summary>
    public static Terminal Of(TextWriter output, bool isJson) => new(isJson || Console.IsInputRedirected ? null : question =>
    {
        output.Write(question + " ");
        output.Flush();
        return ReadLine();
    });

    /// <summary>False where nobody is there.</summary>
    public bool Confirm(string question) => ask?.Invoke(question + " [yes/no]") is "yes" or "y";

    /// <summary>Null where nobody is there, or nothing was answered.</summary>
    public string? Ask(string question) => ask?.Invoke(question) is { Length: > 0 } answer ? answer : null;

    private static FileStream Open(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, Utf8) { AutoFlush = true });
}
