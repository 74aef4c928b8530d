using System.Numerics;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// A histogram of milliseconds of fixed size: exact below 128 ms, above that 64 steps for each doubling, so that a percentile is off by
/// less than 1 %.
/// </summary>
internal sealed class PageTimes
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;

    // What lies above is counted as this: three hours.
    private const long Longest = 10_800_000;

    private readonly long[] counts = new long[Slot(Longest) + 1];

    public long Count { get; private set; }

    public void Add(long milliseconds)
    {
        counts[Slot(Math.Clamp(milliseconds, 0, Longest))]++;
        Count++;
    }

    public void Join(PageTimes other)
    {
        for (int slot = 0; slot < counts.Length; slot++)
            counts[slot] += other.counts[slot];
        Count += other.Count;
    }

    /// <summary>The smallest time that this share of all does not exceed (nearest rank); null when there is none.</summary>
    /// <param name="percent">1 to 100.</param>
    public long? Percentile(int percent)
    {
        long rank = ((Count * percent) + 99) / 100;
        long seen = 0;
        for (int slot = 0; slot < counts.Length; slot++)
        {
            seen += counts[slot];
            if (seen >= rank && seen > 0)
                return Middle(slot);
        }
        return null;
    }

    private static int Slot(long value)
    {
        if (value < 2 * Steps)
            return (int)value;
        int shift = BitOperations.Log2((ulong)value) - StepBits;
        return (shift * Steps) + (int)(value >> shift);
    }

    private static long Middle(int slot)
    {
        if (slot < 2 * Steps)
            return slot;
        int shift = (slot / Steps) - 1;
        return ((slot - ((long)shift * Steps)) << shift) + (1L << (shift - 1));
    }
}
