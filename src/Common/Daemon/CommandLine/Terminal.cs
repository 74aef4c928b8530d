namespace Athena.Common.Daemon.CommandLine;

/// <summary>The person at the keyboard, if there is one.</summary>
/// <param name="ask">Shows a question and gives the answer; null where nobody can be asked.</param>
internal sealed class Terminal(Func<string, string?>? ask)
{
    public bool IsThere => ask is not null;

    /// <summary>Null where standard input is no terminal, or the output is for a program.</summary>
    public static Terminal Of(TextWriter output, bool isJson) => new(isJson || Console.IsInputRedirected ? null : question =>
    {
        output.Write(question + " ");
        output.Flush();
        return Console.ReadLine()?.Trim();
    });

    /// <summary>False where nobody is there.</summary>
    public bool Confirm(string question) => ask?.Invoke(question + " [yes/no]") is "yes" or "y";

    /// <summary>Null where nobody is there, or nothing was answered.</summary>
    public string? Ask(string question) => ask?.Invoke(question) is { Length: > 0 } answer ? answer : null;
}
