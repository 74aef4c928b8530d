using System.CommandLine;
using System.CommandLine.Invocation;
using Athena.Common.Settings;

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
            Output = new VisibleWriter(output ?? Console.Out),
            Error = new VisibleWriter(error ?? Console.Error),

            // Signals are taken by StopSignals, faults where the commands are made.
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        };
        var parsed = root().Parse(args);
        if (parsed.Action is ParseErrorAction wrong)
        {
            wrong.ShowTypoCorrections = false; // It suggests what only shares a letter with the word.
            foreach (var (word, meant) in NearMisses(parsed))
                await configuration.Error.WriteLineAsync($"\"{word}\": did you mean {meant}?").ConfigureAwait(false);
        }

        var code = await parsed.InvokeAsync(configuration, signals.Token).ConfigureAwait(false);
        return parsed.Errors.Count > 0 && code == ExitCode.Fault ? ExitCode.Usage : code;
    }

    /// <summary>Words that nothing took and that are nearly a command or an option that would have its place there.</summary>
    private static IEnumerable<(string Word, string Meant)> NearMisses(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var options = command.Options.Concat(command.Parents.OfType<Command>()
            .SelectMany(parent => parent.Options.Where(option => option.Recursive)))
            .Where(option => !option.Hidden).Select(option => option.Name).ToList();
        var commands = command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name).ToList();
        foreach (var word in parsed.UnmatchedTokens)
            if (Spelling.Nearest(word, word.StartsWith('-') ? options : commands) is { } meant) yield return (word, meant);
    }
}
