using System.Text.Json;
using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Workers.Setup;

/// <summary>
/// What each daemon's <c>check</c> finds, one after the other before the same eyes: what was said of an earlier one is not said again.
/// </summary>
internal sealed class SetupChecks(IDaemons daemons, TextWriter output)
{
    private readonly HashSet<(string What, string? Remedy)> said = [];

    /// <summary>Looks, and shows nothing yet.</summary>
    /// <param name="sendsTest">A test mail and a test message, too.</param>
    public async Task<Tool.Result> AskAsync(string daemon, bool sendsTest, CancellationToken cancel)
    {
        try
        {
            string[] check = ["check", "--in-setup", "--output", "json", .. sendsTest ? (string[])["--send-test"] : []];
            return await daemons.AskAsync(daemon, check, cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            return new Tool.Result(ExitCode.Fault, "", $"check could not be run: {e.Message}");
        }
    }

    /// <returns>The check's exit code.</returns>
    public int Show(Tool.Result answer)
    {
        var isColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var lines = VisibleWriter.Unfiltered(output);
        List<CheckOutcome> known = [];
        if (Findings(answer.Output) is not { } findings) lines.WriteLine(VisibleText.Escape(answer.Words));
        else
        {
            foreach (var finding in findings)
            {
                if (!said.Add((finding.What, finding.Remedy)) && finding.Outcome != CheckOutcome.Failed)
                    known.Add(finding.Outcome);
                else lines.Write(CheckReport.Line(finding, isColoured));
            }
        }

        foreach (var outcome in known.GroupBy(outcome => outcome).OrderBy(same => same.Key))
            lines.Write(CheckReport.Line(new CheckFinding(outcome.Key, $"And {outcome.Count()} as above"), isColoured));
        lines.Flush();
        return answer.ExitCode;
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
