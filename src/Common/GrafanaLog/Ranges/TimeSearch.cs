using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>Finds a time in a log file by halving, so that the end of a long file costs as much as that of a short one.</summary>
internal static class TimeSearch
{
    /// <summary>A stretch so short that it is read rather than halved again.</summary>
    private const int ShortEnough = 32 * 1024;

    private const int FirstLook = 4 * 1024;

    /// <summary>Without any time in as many bytes the search goes on before them: what is left over is read, not lost.</summary>
    private const int LongestLook = 2 * LogFile.MaxLine;

    /// <summary>
    /// Begin of a line whose time is before <paramref name="time"/>, or 0. It need not be the last such line, and the lines need not be in
    /// order: every line before the one that is found precedes a line that is older than <paramref name="time"/>. Where a line is found
    /// that is older than the first one the clock was wrong for a while (a machine that starts without one); then nothing can be skipped.
    /// </summary>
    /// <exception cref="IOException">The file system fails.</exception>
    public static long LineBefore(LogFile file, DateTimeOffset time)
    {
        long low = 0;
        long high = file.Status().Size;
        DateTimeOffset? first = file.FirstTime();
        byte[] buffer = [];
        while (high - low > ShortEnough)
        {
            long middle = low + ((high - low) / 2);
            (long Begin, DateTimeOffset Time)? line = FirstTimed(file, middle, high, ref buffer);
            if (first - line?.Time > WindowLines.Slack)
                return 0;
            if (line?.Time < time)
                low = line.Value.Begin;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The first line that begins behind an offset and has a time.</summary>
    internal static (long Begin, DateTimeOffset Time)? FirstTimed(LogFile file, long after, long before, ref byte[] buffer)
    {
        for (int length = FirstLook; length <= LongestLook; length *= 8)
        {
            if (buffer.Length < length)
                buffer = new byte[length];
            ReadOnlySpan<byte> bytes = file.ReadAt(buffer.AsSpan(0, (int)Math.Min(length, before - after)), after);
            int begin = bytes.IndexOf((byte)'\n') + 1;
            while (begin > 0 && bytes[begin..].IndexOf((byte)'\n') is >= 0 and int end)
            {
                if (LogLine.Parse(bytes.Slice(begin, end)).Time is { } time)
                    return (after + begin, time);
                begin += end + 1;
            }
            if (bytes.Length < length)
                break;
        }
        return null;
    }
}
