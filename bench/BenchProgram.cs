using Athena.Bench.Measurements;

namespace Athena.Bench;

/// <summary>Runs the measurements against the published daemon, prints them and writes them to a file.</summary>
internal static class BenchProgram
{
    private const string Usage = """
        athena-bench --programs FOLDER [--results FILE] [--only reaction|journal|no-log|guessing|page-flood|aggregation|commands|together] [--users N] [--sign-ups N]

          FOLDER  with the daemons as they are packaged (artifacts/native); bench/run makes them and starts this program.
          FILE    is written when everything is measured, and left alone with --only.
        """;

    /// <returns>0 when every target is met, 1 when one is missed, 2 when it could not be measured.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (Option("--programs") is not { } programs || !File.Exists(Path.Combine(programs, "athena-workers")))
        {
            await Console.Error.WriteLineAsync(Usage).ConfigureAwait(false);
            return 2;
        }

        var daemon = Path.Combine(programs, "grafana-auto-disable");
        var users = int.Parse(Option("--users") ?? "3000");
        var report = new Report(Console.Out, users);
        var only = Option("--only");
        var signUps = int.Parse(Option("--sign-ups") ?? "300");
        if (only is null or "reaction") await Reaction.MeasureAsync(daemon, users, signUps, report).ConfigureAwait(false);
        if (only is null or "journal") await JournalReaction.MeasureAsync(daemon, users, signUps, report).ConfigureAwait(false);
        if (only is null or "no-log") await NoLog.MeasureAsync(daemon, users, report).ConfigureAwait(false);
        if (only is null or "guessing") await Guessing.MeasureAsync(daemon, users, report).ConfigureAwait(false);
        if (only is null or "page-flood")
        {
            await PageFlood.MeasureAsync(daemon, $"{programs.TrimEnd('/')}-decisions/athena-workers-decisions", users, signUps, report)
                .ConfigureAwait(false);
        }

        if (only is null or "aggregation")
            Aggregation.Measure(Path.Combine(programs, "grafana-active-users"), Option("--recordings") ?? "tests/Fixtures/logs", report);
        if (only is null or "commands") Commands.Measure(programs, report);
        if (only is null or "together") await Together.MeasureAsync(programs, users, report).ConfigureAwait(false);
        if (only is null && Option("--results") is { } file) await File.WriteAllTextAsync(file, report.ToMarkdown()).ConfigureAwait(false);
        return report.IsGood ? 0 : 1;

        string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
    }
}
