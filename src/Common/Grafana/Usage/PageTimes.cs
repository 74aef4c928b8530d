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

    public void Add(long milliseconds) => counts[Slot(Math.Clamp(milliseconds, 0, Longest))]++;

    public void Join(PageTimes other)
    {
        for (int slot = 0; slot < counts.Length; slot++)
            counts[slot] += other.counts[slot];
    }

    /// <summary>All of them, each within 1 %.</summary>
    public TimeTally Snapshot() =>
        new([.. counts.Select((count, slot) => new TimeCount(Middle(slot), count)).Where(time => time.Count > 0)]);

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
