using Athena.Common.Checks;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>The part of <c>check</c> that looks at the log of a daemon that reads windows of it.</summary>
public static class LogCheck
{
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    /// <param name="without">What cannot be done without a log, a sentence.</param>
    /// <param name="settings">The file in which LOG is set, or would be.</param>
    public static void Run(ILogSource source, CheckReport report, DateTimeOffset now, string without, string settings)
    {
        var seen = source.Inspect();
        if (seen.Problem is { } problem)
        {
            report.Fail($"Log {source.Name}: {problem}", without);
            return;
        }

        if (IsAnothers(source, seen, report, settings)) return;
        NoteProof(source, report);
        var age = now - seen.LastLineAt;
        if (age is null) report.Warn($"Log {source.Name}: no line in it yet", IsItTheOne(settings));
        else if (age > Quiet)
            report.Warn(
                $"Log {source.Name}: last line {Duration.Spoken(age.Value)} ago", IsItStillWritten(source, "/etc/grafana/grafana.ini"));
        else report.Ok($"Log {source.Name}: {seen.Format.ToString().ToLowerInvariant()}, last line {Duration.Spoken(age.Value)} ago");
        if (seen.Hint is { } hint) report.Warn($"Log {source.Name}: {hint}");
        if (seen is { Requests: > 0, HasSuccessfulRequests: false })
            report.Warn(
                $"Log {source.Name}: no request with status 200 among the last {seen.Requests}",
                "Dashboards are invisible so. Set router_logging = true in the section [server] of /etc/grafana/grafana.ini.");
    }

    /// <summary>What a person does whose log has no line: nothing, right after Grafana was installed, or name the right one.</summary>
    public static string IsItTheOne(string settings) =>
        $"Is it the log of this Grafana? See section [log] of /etc/grafana/grafana.ini, then set LOG in {settings} to file:PATH or to "
        + "journal: and the unit that runs Grafana; with loki:, LOKI_QUERY to the labels of its lines.";

    /// <summary>What a person does whose log has grown silent.</summary>
    /// <param name="file">Grafana's settings.</param>
    public static string IsItStillWritten(ILogSource source, string file) => source.GrafanaMode is { } mode
        ? $"Is it still written? mode in the section [log] of {file} must hold \"{mode}\"."
        : "Does what ships Grafana's lines still work, and does LOKI_QUERY select them?";

    /// <summary>Tells that Grafana writes elsewhere: such a log is not one that is merely new.</summary>
    public static bool IsAnothers(ILogSource source, LogFileInspection seen, CheckReport report, string settings)
    {
        if (seen is not { LastLineAt: null, Elsewhere: { } right }) return false;
        report.Fail(
            $"Log {source.Name}: {seen.Hint ?? "no line in it"} Grafana's lines are in {right}", $"Set LOG={right} in {settings}.", "LOG");
        return true;
    }

    /// <summary>Says who else may have written a line, where that is not Grafana alone.</summary>
    public static void NoteProof(ILogSource source, CheckReport report)
    {
        if (!source.IsProof)
            report.Note(
                $"Log {source.Name}: whoever may push to that tenant can write lines that look like Grafana's",
                "So no line is taken for proof. Let nobody but what ships Grafana's log push there: /usr/share/doc/athena-workers/loki.md");
    }

    /// <summary>What is kept of the log against what LOG_KEEP promises. To know, and never a fault: the daemons work with either.</summary>
    /// <param name="settings">See <see cref="ILogSource.Keeps"/>.</param>
    /// <param name="place">The file in which LOG_KEEP is set, or would be.</param>
    public static void RunOnKeep(
        ILogSource source, TimeSpan wanted, Func<string, string?>? settings, CheckReport report, DateTimeOffset now, string place)
    {
        var (what, remedy, enough) = source.Keeps(wanted, settings, now);
        var sentence = $"Log {source.Name}: {what}; LOG_KEEP is {Duration.Write(wanted)}";
        if (remedy is null) report.Ok(sentence);
        else
            report.Note(
                sentence, enough is { } span ? $"{remedy} Or say that it is enough: LOG_KEEP={Duration.Write(span)} in {place}." : remedy);
    }
}
