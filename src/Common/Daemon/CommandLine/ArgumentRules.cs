using System.CommandLine;
using System.CommandLine.Parsing;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// What no argument of a command may be. All of it is told before anything is done, also before the settings are read, with exit code 64.
/// </summary>
public static class ArgumentRules
{
    /// <summary>A reason that a script leaves empty is none, and hinders nothing.</summary>
    private const string Reason = "--reason";

    private static readonly Action<OptionResult> OptionHasText = result =>
    {
        if (IsEmpty(result.Tokens)) result.AddError($"{result.Option.Name} is empty.");
    };

    private static readonly Action<ArgumentResult> ArgumentHasText = result =>
    {
        if (IsEmpty(result.Tokens)) result.AddError($"<{result.Argument.Name}> is empty.");
        foreach (var word in Misspelt(result)) result.AddError($"{VisibleText.Escape(word)} is no option.");
    };

    /// <summary>
    /// An option that nothing knows is taken for what may stand in its place, so that <c>approve --untli 2027-03-31</c> would be about
    /// somebody of that name. No account, file or hour begins so; a dash alone is standard input or output.
    /// </summary>
    internal static IEnumerable<string> Misspelt(ArgumentResult result) =>
        result.Tokens.Select(token => token.Value).Where(word => word is ['-', _, ..]);

    /// <summary>A time as <see cref="TimeArgument"/> reads it, in whatever zone.</summary>
    /// <param name="option">Takes it.</param>
    /// <param name="example">How it is written.</param>
    public static Option<string?> IsTime(this Option<string?> option, string example) => option.Must(
        text => TimeArgument.TryParse(text, TimeZoneInfo.Utc, out _) ? null : $"is no time, write {example}");

    /// <summary>What is wrong with a value, <paramref name="fault"/> says; null when nothing is.</summary>
    public static Option<string?> Must(this Option<string?> option, Func<string, string?> fault)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !string.IsNullOrWhiteSpace(token.Value) && fault(token.Value) is { } problem)
                result.AddError($"{option.Name} {VisibleText.Escape(token.Value)}: {problem}");
        });
        return option;
    }

    /// <summary>The two say different things.</summary>
    public static void Excludes(this Command command, Option one, Option other) => command.Validators.Add(result =>
    {
        if (IsGiven(result, one) && IsGiven(result, other)) result.AddError($"{one.Name} and {other.Name} do not go together.");
    });

    /// <summary>The one is of no use without the other.</summary>
    public static void Needs(this Command command, Option one, Option other) => command.Validators.Add(result =>
    {
        if (IsGiven(result, one) && !IsGiven(result, other)) result.AddError($"{one.Name} goes with {other.Name}.");
    });

    /// <summary>Of what the option may be elsewhere, this command and those below it know only <paramref name="these"/>.</summary>
    internal static void Only(this Command command, Option<string> option, IReadOnlyList<string> these)
    {
        command.Validators.Add(result =>
        {
            if (result.GetResult(option) is { Tokens: [var token] } && !these.Contains(token.Value))
                result.AddError(
                    $"{option.Name} {VisibleText.Escape(token.Value)}: {command.Name} knows {string.Join(", ", these.SkipLast(1))} and "
                    + $"{these[^1]}.");
        });
        foreach (var below in command.Subcommands) below.Only(option, these);
    }

    /// <summary>It stands on the command line.</summary>
    public static bool IsGiven(SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>No text of this command, and of those below it, may be empty.</summary>
    internal static void ForbidEmpty(Command command)
    {
        foreach (var option in command.Options.Where(option =>
            option.ValueType == typeof(string) && option is { Hidden: false, Name: not Reason }))
            if (!option.Validators.Contains(OptionHasText)) option.Validators.Add(OptionHasText);
        foreach (var argument in command.Arguments.Where(argument => argument.ValueType == typeof(string)))
            if (!argument.Validators.Contains(ArgumentHasText)) argument.Validators.Add(ArgumentHasText);
        foreach (var below in command.Subcommands) ForbidEmpty(below);
    }

    /// <summary>What a command wants and did not get, each with how it is said.</summary>
    internal static IEnumerable<string> Missing(CommandResult result) =>
    [
        .. result.Command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && !argument.HasDefaultValue)
            .Where(argument => result.GetResult(argument) is not { Tokens.Count: > 0 })
            .Select(argument => NamedArgument.Missing(result, argument)),
        .. result.Children.OfType<OptionResult>()
            .Where(option => !option.Implicit && option.Tokens.Count < option.Option.Arity.MinimumNumberOfValues)
            .Select(option => $"{option.Option.Name} wants a value{Said(option.Option.Description)}"),
    ];

    /// <summary>A fault in our words; null where it was told by <see cref="Missing"/>.</summary>
    internal static string? Words(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0 } => null,
        OptionResult option when option.Tokens.Count < option.Option.Arity.MinimumNumberOfValues => null,
        ArgumentResult { Tokens: [var word, ..] } argument when NotAmong(error) is { } known =>
            $"{Name(argument)} {VisibleText.Escape(word.Value)}: must be {known}.",
        OptionResult { Tokens: [var word, ..] } option when NotAmong(error) is { } known =>
            $"{option.Option.Name} {VisibleText.Escape(word.Value)}: must be {known}.",
        _ => error.Message,
    };

    /// <summary>What may stand there, of the library's sentence about what may not; null for any other sentence.</summary>
    private static string? NotAmong(ParseError error)
    {
        var lines = error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines is [_, _, ..] && lines[0].EndsWith("Must be one of:", StringComparison.Ordinal)
            ? string.Join(" or ", lines.Skip(1).Select(word => word.Trim('\'')))
            : null;
    }

    /// <summary>An option's value is an argument, too, and called by the option.</summary>
    private static string Name(ArgumentResult result) =>
        result.Parent is OptionResult option ? option.Option.Name : $"<{result.Argument.Name}>";

    /// <summary>A description, behind what it is of.</summary>
    internal static string Said(string? description) => description is not [var first, var second, ..] text ? "."
        : $": {(char.IsUpper(first) && (char.IsLower(second) || second == ' ') ? char.ToLowerInvariant(first) + text[1..] : text)}";

    private static bool IsEmpty(IReadOnlyList<Token> tokens) => tokens.Any(token => string.IsNullOrWhiteSpace(token.Value));
}

/// <summary>A word that a command cannot do without: who leaves it out is shown one, and where there is a list, the list.</summary>
/// <param name="name">As the help shows it.</param>
/// <param name="example">One, as somebody would type it.</param>
/// <param name="list">What shows which there are, <c>Who waits: sudo … pending</c>; null where nothing does.</param>
public sealed class NamedArgument(string name, string example, string? list = null) : Argument<string>(name)
{
    /// <summary>For the rule of a command that can do without it sometimes.</summary>
    public string Missing(CommandResult result) => Missing(result, this);

    /// <summary>Lines: what is missing, and below it how it is said.</summary>
    internal static string Missing(CommandResult result, Argument argument)
    {
        var what = $"<{argument.Name}> is missing{ArgumentRules.Said(argument.Description)}";
        if (argument is not NamedArgument named) return what;
        return $"{what}\nExample: sudo {Invocation.Line(result.Command)} {named.Example}"
            + (named.List is { } list ? $"\n{list}" : "");
    }

    private string Example { get; } = example;

    private string? List { get; } = list;
}
