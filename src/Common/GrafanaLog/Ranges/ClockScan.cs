using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// Looks for lines of a time where an orderly log has none. Reading a window begins and ends by the order of a log's times; where the clock
/// was set, lines lie before or behind that. What is near is looked at line by line, what is far away, in a long file, at
/// <see cref="MostSamples"/> places: a clock that was wrong there for less than lies between two of them is not noticed.
/// </summary>
internal static class ClockScan
{
    /// <summary>So many bytes are looked at line by line: some 13,000 lines, 5 ms.</summary>
    public const int Near = 4 * 1024 * 1024;

    private const int MostSamples = 256;
    private const int LeastStep = 64 * 1024;

    /// <summary>Before a place up to which all should be earlier.</summary>
    /// <returns>A line's begin, from which on nothing was found to be earlier; <paramref name="end"/> when all is in order.</returns>
    /// <exception cref="IOException">The file system fails.</exception>
    public static long FindNotBefore(LogFile file, long end, DateTimeOffset time)
    {
        long near = Math.Max(0, end - Near);
        return FirstSample(file, 0, near, found => found >= time) ?? FirstLine(file, near, end, found => found >= time) ?? end;
    }

    /// <summary>Behind a place from which on all should be later.</summary>
    /// <param name="begin">Just behind a line end, or 0.</param>
    /// <returns>A line's begin at or before the first that was found to be earlier; null when all is in order.</returns>
    /// <exception cref="IOException">The file system fails.</exception>
    public static long? FindBefore(LogFile file, long begin, DateTimeOffset time)
    {
        long end = file.Status().Size;
        long near = Math.Min(end, begin + Near);
        return FirstLine(file, begin, near, found => found < time) ?? FirstSample(file, near, end, found => found < time);
    }

    private static long? FirstLine(LogFile file, long from, long to, Predicate<DateTimeOffset> isWanted)
    {
        if (from >= to)
            return null;
        LogFile place = file.Share(LineAt(file, from));
        bool isFound = false;
        int Look(ReadOnlySpan<byte> lines)
        {
            int taken = 0;
            while (taken < lines.Length && place.Offset + taken < to)
            {
                int length = lines[taken..].IndexOf((byte)'\n');
                isFound = LogLine.Parse(lines.Slice(taken, length)).Time is { } time && isWanted(time);
                if (isFound)
                    break;
                taken += length + 1;
            }
            return taken;
        }

        long unlimited = long.MaxValue;
        place.Drain(Look, () => { }, ref unlimited);
        return isFound ? place.Offset : null;
    }

    /// <returns>The last place that was looked at before: somewhere behind it what is wanted begins.</returns>
    private static long? FirstSample(LogFile file, long from, long to, Predicate<DateTimeOffset> isWanted)
    {
        long step = Math.Max(LeastStep, (to - from) / MostSamples);
        byte[] buffer = [];
        long before = from;
        for (long at = from; at < to; at += step)
        {
            if (TimeSearch.FirstTimed(file, at, to, ref buffer) is not { } line)
                continue;
            if (isWanted(line.Time))
                return LineAt(file, before);
            before = line.Begin;
        }
        return null;
    }

    /// <summary>The begin of the line in which an offset lies. Never its midst: a client's text could pass for a line there.</summary>
    private static long LineAt(LogFile file, long offset)
    {
        byte[] buffer = new byte[LeastStep];
        while (offset > 0)
        {
            long begin = Math.Max(0, offset - buffer.Length);
            int end = file.ReadAt(buffer.AsSpan(0, (int)(offset - begin)), begin).LastIndexOf((byte)'\n');
            if (end >= 0)
                return begin + end + 1;
            offset = begin;
        }
        return 0;
    }
}
