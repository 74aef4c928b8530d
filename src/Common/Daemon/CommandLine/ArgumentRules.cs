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

    private static bool IsEmpty(IReadOnlyList<Token> tokens) => tokens.Any(token => string.IsNullOrWhiteSpace(token.Value));
}
