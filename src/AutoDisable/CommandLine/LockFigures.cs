using Athena.AutoDisable.State;
using Athena.Common.Daemon;
using Athena.Common.Telemetry.Metrics;

namespace Athena.AutoDisable.CommandLine;

/// <summary>How the gate is, as the metrics have it.</summary>
internal static class LockFigures
{
    private static readonly TroubleKind[] Kinds = Enum.GetValues<TroubleKind>();

    /// <summary>Puts it down.</summary>
    /// <returns>Whether the gate is well, and whether the disk refuses its state or audit.</returns>
    public static (bool IsWell, bool IsUnwritten) Take(MetricBook book, AutoDisableSnapshot seen, DateTimeOffset now)
    {
        foreach (var (status, count) in seen.Standing) book.Set(MetricTable.Accounts, count, MetricWord.Of(status));
        book.Set(MetricTable.Inside, seen.Inside + seen.Found);
        book.Set(MetricTable.AwaitDecision, seen.Waiting);
        book.Set(MetricTable.LongestAwaiting, seen.LongestWaiting is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0);
        if (seen.LastLook is { } look) book.Set(MetricTable.LastLook, DaemonFigures.Unix(look));
        if (seen.LastLogLine is { } line) book.Set(MetricTable.LogLag, Math.Max(0, (now - line).TotalSeconds));
        book.Set(MetricTable.GrafanaClockOffset, seen.GrafanaAhead.TotalSeconds);
        foreach (var kind in Kinds)
            book.Set(MetricTable.Troubles, seen.Troubles.Any(trouble => trouble.Kind == kind) ? 1 : 0, MetricWord.Of(kind));
        if (seen.Drill is { } drill)
        {
            book.Set(MetricTable.LastDrill, DaemonFigures.Unix(drill.BegunAt));
            if (drill.IsOver && !drill.IsInterrupted) book.Set(MetricTable.DrillPassed, drill.IsPassed ? 1 : 0);
        }

        return (seen.IsWell, seen.SaveProblem is not null);
    }
}
