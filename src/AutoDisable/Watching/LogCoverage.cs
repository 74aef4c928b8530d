using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.Watching;

/// <summary>Since when the log could be followed without a break, by the batches that came of it.</summary>
/// <param name="clock">The log's; null where it is ours.</param>
internal sealed class LogCoverage(TimeProvider time, LogClock? clock = null)
{
    private DateTimeOffset? gapAt;
    private DateTimeOffset? unreadableAt;
    private bool isUnreadable;

    public void Note(LogBatch batch)
    {
        var now = time.GetUtcNow();
        if (batch.Continuity is { IsContinuous: false } gap)
        {
            var to = (clock is null ? gap.To : clock.Ours(gap.To)) ?? now;
            if (!(gapAt >= to)) gapAt = to;
        }

        if (isUnreadable || batch.Problem is not null) unreadableAt = now;
        isUnreadable = batch.Problem is not null;
    }

    /// <summary>True when lines of the time after <paramref name="since"/> may have been lost.</summary>
    public bool HadGapSince(DateTimeOffset since) => gapAt >= since;

    /// <summary>True when the log could not be read at some time after <paramref name="since"/>.</summary>
    public bool WasUnreadableSince(DateTimeOffset since) => isUnreadable || unreadableAt >= since;
}

/// <summary>What the log has told: how accounts came, what of the time could be seen, and by which clock.</summary>
internal sealed record LogKnowledge(ArrivalEvidence Evidence, LogCoverage Sight, LogClock Clock)
{
    /// <summary>How long lines are on their way to it.</summary>
    public TimeSpan Settle { get; init; }
}
