using System.Text.Json;
using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;

namespace Athena.Workers.Setup;

/// <summary>
/// What each daemon's <c>check</c> finds, one after the other before the same eyes: what was said of an earlier one is not said again.
/// </summary>
internal sealed class SetupChecks(IDaemons daemons, TextWriter output)
{
    private readonly HashSet<(string What, string? Remedy)> said = [];

    /// <summary>Shown when all is looked at: nothing is written before.</summary>
    /// <param name="sendsTest">A test mail and a test message, too.</param>
    /// <returns>The check's exit code.</returns>
    public async Task<int> RunAsync(string daemon, bool sendsTest, CancellationToken cancel)
    {
        try
        {
            var answer = await daemons
                .AskAsync(daemon, ["check", "--in-setup", "--output", "json", .. sendsTest ? (string[])["--send-test"] : []], cancel)
                .ConfigureAwait(false);
            if (Findings(answer.Output) is { } findings) Show(findings);
            else await output.WriteLineAsync(answer.Words).ConfigureAwait(false);
            return answer.ExitCode;
        }
        catch (IOException e)
        {
            await output.WriteLineAsync($"check could not be run: {e.Message}").ConfigureAwait(false);
            return ExitCode.Fault;
        }
    }

    private void Show(IReadOnlyList<CheckFinding> findings)
    {
        var isColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var lines = VisibleWriter.Unfiltered(output);
        var known = 0;
        foreach (var finding in findings)
        {
            if (!said.Add((finding.What, finding.Remedy)) && finding.Outcome != CheckOutcome.Failed) known++;
            else lines.Write(CheckReport.Line(finding, isColoured));
        }

        if (known > 0) lines.Write(CheckReport.Line(new CheckFinding(CheckOutcome.Ok, $"And {known} as above"), isColoured));
        lines.Flush();
    }

    /// <summary>Null where it ended before it could look.</summary>
    private static IReadOnlyList<CheckFinding>? Findings(string text)
    {
        try
        {
            return CheckReport.Parse(text);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
