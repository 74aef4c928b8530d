using Athena.Common.Hosting;

namespace Athena.Common.Logs;

/// <summary>The part of <c>check</c> that looks at the log of a daemon that reads windows of it.</summary>
public static class LogCheck
{
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    /// <param name="without">What cannot be done without a log, a sentence.</param>
    public static void Run(LogSource source, CheckReport report, DateTimeOffset now, string without)
    {
        var seen = source.Inspect();
        if (seen.Problem is { } problem)
        {
            report.Fail($"Log {source.Name}: {problem}", without);
            return;
        }

        var age = now - seen.LastLineAt;
        if (age is null) report.Warn($"Log {source.Name}: no line in it yet", "Is it the log of this Grafana? See section [log] of grafana.ini.");
        else if (age > Quiet) report.Warn($"Log {source.Name}: last line {Spoken(age.Value)} ago", "Is it still written? See [log] mode in grafana.ini.");
        else report.Ok($"Log {source.Name}: {seen.Format.ToString().ToLowerInvariant()}, last line {Spoken(age.Value)} ago");
        if (seen.Hint is { } hint) report.Warn($"Log {source.Name}: {hint}");
        if (seen is { Requests: > 0, HasSuccessfulRequests: false })
            report.Warn($"Log {source.Name}: no request with status 200 among the last {seen.Requests}", "Dashboards are invisible so. Set router_logging = true in the section [server] of grafana.ini.");
    }

    private static string Spoken(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => FormattableString.Invariant($"{span.TotalSeconds:F0} s"),
        { TotalMinutes: < 120 } => FormattableString.Invariant($"{span.TotalMinutes:F0} min"),
        _ => FormattableString.Invariant($"{span.TotalHours:F0} h"),
    };
}
