using Athena.Common.Logs;

namespace Athena.AutoDisable.Watching;

/// <summary>What one look at the log brought.</summary>
/// <param name="Events">In the log's order.</param>
/// <param name="Position">Where the log has been read to with these events; null when unknown.</param>
/// <param name="Gap">Set when something may have been missed: the whole list is then looked at.</param>
/// <param name="Problem">Why the log cannot be read; null when it can.</param>
internal sealed record LogBatch(IReadOnlyList<LogEvent> Events, LogPosition? Position, LogContinuity? Gap, string? Problem);
