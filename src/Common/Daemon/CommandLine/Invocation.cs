using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>How a command line of ours is run, whichever of the programs it is of.</summary>
internal static class Invocation
{
    /// <summary>Stops on SIGTERM and SIGINT.</summary>
    /// <param name="root">Makes the command line, when signals are listened to already.</param>
    /// <param name="args">What was typed.</param>
    /// <param name="output">Standard output where it is null.</param>
    /// <param name="error">Standard error where it is null.</param>
    /// <returns>The command's exit code; <see cref="ExitCode.Usage"/> for what cannot be understood.</returns>
    public static async Task<int> RunAsync(Func<RootCommand> root, string[] args, TextWriter? output, TextWriter? error)
    {
        using var signals = new StopSignals();
        var configuration = new InvocationConfiguration
        {
            Output = new VisibleWriter(output ?? Terminal.Output),
            Error = new VisibleWriter(error ?? Terminal.Error),

            // Signals are taken by StopSignals, faults where the commands are made.
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        };
        var parsed = root().Parse(args);
        if (parsed.Action is not ParseErrorAction)
        {
            try
            {
                return await parsed.InvokeAsync(configuration, signals.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                return StopSignals.ExitCode;
            }
        }

        if (IsPlugin(parsed, args)) return await AnswerMonitorAsync(parsed, args, configuration.Output).ConfigureAwait(false);
        await ExplainAsync(parsed, args, configuration).ConfigureAwait(false);
        return ExitCode.Usage;
    }

    /// <summary>
    /// Whether a monitoring system asks, which knows four exit codes and reads one line; of a command that has no such line it does not.
    /// </summary>
    private static bool IsPlugin(ParseResult parsed, string[] args) =>
        (parsed.CommandResult.Command is RootCommand || PluginLine.Commands.Contains(parsed.CommandResult.Command.Name))
        && args.Zip(args.Skip(1).Append("")).Any(pair =>
            pair is ("-o" or "--output", PluginLine.Output)
                or ("-o=" + PluginLine.Output or "--output=" + PluginLine.Output or "--output:" + PluginLine.Output, _));

    private static async Task<int> AnswerMonitorAsync(ParseResult parsed, string[] args, TextWriter output)
    {
        var program = ProgramOf(parsed);
        var faults = string.Join("; ", Faults(parsed, MeantCommand(parsed, args))).Replace("\n", "; ", StringComparison.Ordinal);
        var line = PluginLine.Of(program, ExitCode.Usage, "", faults);
        await output.WriteLineAsync(line.Text).ConfigureAwait(false);
        return line.Code;
    }

    private static string ProgramOf(ParseResult parsed) => Line(parsed.RootCommandResult.Command);

    /// <summary>A word before the command is no word too many behind it.</summary>
    private static Command MeantCommand(ParseResult parsed, string[] args) =>
        args.Length > 0 && parsed.UnmatchedTokens.Contains(args[0]) ? parsed.RootCommandResult.Command : parsed.CommandResult.Command;

    /// <summary>
    /// A line about what is wrong and one that says where to read on: a help of forty lines would push the fault off the screen. Who typed
    /// nothing at all gets that help.
    /// </summary>
    private static async Task ExplainAsync(ParseResult parsed, string[] args, InvocationConfiguration configuration)
    {
        var (program, command) = (ProgramOf(parsed), MeantCommand(parsed, args));
        if (args.Length == 0)
        {
            configuration.Output = configuration.Error;
            await parsed.RootCommandResult.Command.Parse("--help").InvokeAsync(configuration).ConfigureAwait(false);
            return;
        }

        foreach (var fault in Faults(parsed, command))
            await configuration.Error.WriteLineAsync($"{program}: {fault}").ConfigureAwait(false);
        await configuration.Error.WriteLineAsync($"See: {Line(command)} --help").ConfigureAwait(false);
    }

    /// <summary>Words that nothing took say it all; whatever else is missing follows from them.</summary>
    private static IEnumerable<string> Faults(ParseResult parsed, Command command)
    {
        var options = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(ArgumentRules.Misspelt).ToList();
        var words = (options.Count > 0 ? options : parsed.UnmatchedTokens).Select(word => Unknown(word, command)).ToList();
        if (words.Count > 0) return words;
        var below = command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name).ToList();
        return command.Action is null && below.Count > 0
            ? [$"a command is missing: {string.Join(", ", below)}."]
            : ArgumentRules.Missing(parsed.CommandResult)
                .Concat(parsed.Errors.Select(ArgumentRules.Words).OfType<string>())
                .Select(fault => string.Join('\n', fault.Split('\n').Select(line => UntrustedText.SingleLine(line)))).Distinct();
    }

    private static string Unknown(string word, Command command)
    {
        var isOption = word.StartsWith('-');
        var known = isOption
            ? command.Options.Concat(command.Parents.OfType<Command>()
                .SelectMany(parent => parent.Options.Where(option => option.Recursive)))
                .Where(option => !option.Hidden).Select(option => option.Name).ToList()
            : command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name).ToList();
        var place = string.Join(' ', Path(command));
        var what = isOption ? $"is no option{(place.Length > 0 ? $" of {place}" : "")}"
            : command.Subcommands.Count > 0 ? "is no command"
            : $"is one word too many for {place}";
        return $"{VisibleText.Escape(word)} {what}{(Spelling.Nearest(word, known) is { } meant ? $"; did you mean {meant}?" : ".")}";
    }

    /// <summary>How it is typed: <c>grafana-auto-disable audit verify</c>.</summary>
    internal static string Line(Command command) => command is RootCommand root ? root.HelpName ?? root.Name
        : string.Join(' ', command.Parents.OfType<Command>().Take(1).Select(Line).Append(command.Name));

    /// <summary>The words that lead to it: <c>audit verify</c>; none for the program itself.</summary>
    private static IEnumerable<string> Path(Command command) =>
        command is RootCommand ? [] : command.Parents.OfType<Command>().Take(1).SelectMany(Path).Append(command.Name);
}

/// <summary><c>--version</c>: the program, its version, and that of .NET in it.</summary>
internal sealed class PrintVersion(WorkerIdentity identity) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"{identity.Daemon} {WorkerIdentity.Version} ({WorkerIdentity.Runtime})");
        return ExitCode.Ok;
    }
}
