namespace Athena.Common.Grafana.Usage;

/// <summary>How often something took how long.</summary>
/// <param name="Times">Rising.</param>
public sealed record TimeTally(IReadOnlyList<TimeCount> Times)
{
    public static TimeTally None { get; } = new([]);

    public long Count => Times.Sum(time => time.Count);

    public static TimeTally Of(IEnumerable<long> milliseconds) =>
        new([.. milliseconds.CountBy(time => time).OrderBy(time => time.Key).Select(time => new TimeCount(time.Key, time.Value))]);

    public static TimeTally Sum(IEnumerable<TimeTally> tallies) => new(
    [
        .. tallies.SelectMany(tally => tally.Times).GroupBy(time => time.Milliseconds, time => time.Count)
            .OrderBy(time => time.Key).Select(time => new TimeCount(time.Key, time.Sum())),
    ]);

    /// <summary>
    /// The smallest time that this share of all does not exceed (nearest rank), in milliseconds; null when there is none.
    /// </summary>
    /// <param name="percent">1 to 100.</param>
    public long? Percentile(int percent)
    {
        var rank = ((Count * percent) + 99) / 100;
        long seen = 0;
        foreach (var (milliseconds, count) in Times)
            if ((seen += count) >= rank) return milliseconds;
        return null;
    }
}

/// <param name="Milliseconds">So long it took.</param>
/// <param name="Count">So often.</param>
public readonly record struct TimeCount(long Milliseconds, long Count);
