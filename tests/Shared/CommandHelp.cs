using System.Text.RegularExpressions;

namespace Athena.Tests.Shared;

/// <summary>What a program's own help says of its commands.</summary>
/// <param name="run">Runs the daemon's command line.</param>
internal sealed partial class CommandHelp(Func<string[], TextWriter, Task> run)
{
    /// <summary>As the help lists them, those below a command as <c>audit verify</c>.</summary>
    public async Task<IReadOnlyList<string>> CommandsAsync(string below = "")
    {
        string[] arguments = below.Length > 0 ? [below, "--help"] : ["--help"];
        var help = await HelpAsync(arguments);
        var list = Commands().Match(help).Groups[1].Value;
        var commands = new List<string>();
        foreach (var name in Command().Matches(list).Select(match => match.Groups[1].Value))
        {
            var inner = below.Length > 0 ? [] : await CommandsAsync(name);
            commands.AddRange(inner.Count > 0 ? inner : [below.Length > 0 ? $"{below} {name}" : name]);
        }

        return commands;
    }

    /// <summary>The options of a command; those that take a value with <c>true</c>.</summary>
    public async Task<IReadOnlyList<(string Name, bool TakesValue)>> OptionsAsync(string command) =>
        [
            .. Option().Matches(await HelpAsync([.. command.Split(' '), "--help"]))
                .Select(match => (match.Groups[1].Value, match.Groups[2].Success)).Where(option => option.Item1 != "--help"),
        ];

    /// <summary>How many arguments a command takes.</summary>
    public async Task<int> ArgumentsOfAsync(string command) =>
        Argument().Count(Usage().Match(await HelpAsync([.. command.Split(' '), "--help"])).Groups[1].Value);

    public async Task<string> HelpAsync(string[] arguments)
    {
        var output = new StringWriter();
        await run(arguments, output);
        return output.ToString();
    }

    [GeneratedRegex(@"^Commands:\n(.*?)(?:\n\n|\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex(@"^  ([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^  (?:-\S+, )*(--[a-z][a-z-]+)( <[^>]+>)?", RegexOptions.Multiline)]
    private static partial Regex Option();

    [GeneratedRegex(@"^Usage:\n(.*)$", RegexOptions.Multiline)]
    private static partial Regex Usage();

    [GeneratedRegex("<[a-z-]+>")]
    private static partial Regex Argument();
}
