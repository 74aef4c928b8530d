namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>Into what a long file is cut.</summary>
/// <param name="Most">At most as many parts are read at the same time; each takes the memory of what it counts, and a thread.</param>
/// <param name="Least">Bytes of a part for which it is worth to begin a thread.</param>
internal sealed record PartSizes(int Most, long Least)
{
    /// <summary>One part for each processor that this process may use, up to eight.</summary>
    public static PartSizes OfThisMachine { get; } = new(Math.Min(Environment.ProcessorCount, 8), 16 * 1024 * 1024);
}
