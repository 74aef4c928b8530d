namespace Athena.Common.Telemetry.Metrics;

/// <summary>One metric with one set of labels.</summary>
/// <param name="labels">As they are written between the braces.</param>
/// <param name="buckets">How many a histogram has.</param>
internal sealed class MetricSeries(string labels, int buckets)
{
    private readonly long[] counts = new long[buckets];

    public string Labels => labels;

    /// <summary>Of a histogram the sum of what was observed.</summary>
    public double Value { get; set; }

    /// <summary>How many values were observed.</summary>
    public long Count { get; private set; }

    /// <summary>How many values were at most as large as each bound, those of smaller ones included.</summary>
    public IEnumerable<long> Cumulated
    {
        get
        {
            var sum = 0L;
            foreach (var count in counts) yield return sum += count;
        }
    }

    public void Observe(IReadOnlyList<double> bounds, double value, long count)
    {
        Value += value * count;
        Count += count;
        for (var i = 0; i < counts.Length; i++)
        {
            if (value > bounds[i]) continue;
            counts[i] += count;
            return;
        }
    }

    public MetricSeries Copy()
    {
        var copy = new MetricSeries(labels, counts.Length) { Value = Value, Count = Count };
        counts.CopyTo(copy.counts, 0);
        return copy;
    }
}
