using Athena.AutoDisable.Evidence;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.AutoDisable.Watching;

/// <summary>What one look at the log brought.</summary>
/// <param name="Events">In the log's order.</param>
/// <param name="Position">Where the log has been read to with these events; null when unknown.</param>
/// <param name="Continuity">
/// Set at a start, and when something may have been missed: then the whole list is looked at. Null when it simply goes on.
/// </param>
/// <param name="Problem">Why the log cannot be read; null when it can.</param>
internal sealed record LogBatch(IReadOnlyList<LogEvent> Events, LogPosition? Position, LogContinuity? Continuity, string? Problem)
{
    /// <summary>This batch and the one that followed it, as one.</summary>
    public LogBatch Then(LogBatch next) => new(
        Events.Count == 0 ? next.Events : next.Events.Count == 0 ? Events : [.. Events, .. next.Events],
        next.Position ?? Position,
        next.Continuity is { IsContinuous: false } ? next.Continuity : Continuity ?? next.Continuity,
        next.Problem);
}
