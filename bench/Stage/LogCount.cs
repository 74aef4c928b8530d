using System.Text;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Time;

namespace Athena.Bench.Stage;

/// <summary>Counts a window of a log: the reading and counting of the daemons, and nothing else.</summary>
internal static class LogCount
{
    /// <param name="log">Path of the file.</param>
    /// <param name="mayBeginLater">The window may begin before the log does.</param>
    public static Activity Count(string log, Window window, bool mayBeginLater)
    {
        var counter = new ActivityCounter(new ActivityCounterOptions { Window = window });
        Check(LogSource.TryParse("file:" + log, out _)!.ReadWindow(window, counter.Take), mayBeginLater);
        return counter.Snapshot();
    }

    /// <summary>As <c>once</c> does it, on all processors. The window may begin before the log does.</summary>
    public static Activity CountInParts(string log, Window window)
    {
        var counter = new ActivityCounter(new ActivityCounterOptions { Window = window });
        Check(LogSource.TryParse("file:" + log, out _)!.ReadWindowInParts(window, counter.Take, counter.BeginPart), mayBeginLater: true);
        return counter.Snapshot();
    }

    private static void Check(Coverage coverage, bool mayBeginLater)
    {
        if (coverage.Gaps.Any(gap => !mayBeginLater || gap.Cause != GapCause.BeginsLater))
            throw new InvalidDataException(string.Join("; ", coverage.Gaps));
    }

    /// <summary>As <see cref="GeneratedLog.Answer"/>.</summary>
    public static string Describe(Activity activity)
    {
        var text = new StringBuilder();
        foreach (var row in activity.Users.Select(Row).Order(StringComparer.Ordinal))
            text.Append(row).Append('\n');
        return text.Append($"anonymous {activity.AnonymousRequests}, failed logins {activity.Security.FailedLogins}\n").ToString();
    }

    private static string Row(UserActivity row) => $"{row.Id} {row.Requests} "
        + string.Join(' ', row.Dashboards.Where(dashboard => dashboard.Opens > 0).Select(dashboard => $"{dashboard.Uid}:{dashboard.Opens}")
            .Order(StringComparer.Ordinal));
}
