using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// Takes the lines of a stretch in the midst of a window whose begin another reads meanwhile, as long as each is what nearly all are:
/// inside the window, in the same zone, not much earlier than one before it, not in the console format. What such lines mean depends on
/// nothing before them but what <see cref="WindowLines.CanJoin"/> looks at, and only <see cref="WindowLines"/> knows what all others mean.
/// </summary>
/// <param name="from">Begin of the window, in ticks of UTC.</param>
/// <param name="to">End of the window, likewise.</param>
/// <param name="zone">Offset of the times, in minutes.</param>
internal sealed class FastPathLines(long from, long to, short zone, ParsedLineHandler onLine)
{
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> broken = [];
    private DateTimeOffset last;

    /// <summary>Lines that were handed out.</summary>
    public long Handed { get; private set; }

    /// <summary>Lines without a time; those that were passed over are not among them.</summary>
    public long NotUnderstood { get; private set; }

    /// <summary>Between which lines something was passed over, as <see cref="WindowLines.CountTooLong"/>.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Broken => broken;

    /// <summary>The last line before what was passed over at the end; null when nothing was.</summary>
    public DateTimeOffset? BrokenSince { get; private set; }

    public TimeRuns Times { get; } = new();

    /// <summary>The earliest time, in ticks of UTC; above every time while there is none.</summary>
    public long Smallest { get; private set; } = long.MaxValue;

    /// <summary>The latest time, likewise; 0 while there is none.</summary>
    public long Latest => Times.Latest;

    /// <summary>Time of the last line that had one; null while none had.</summary>
    public DateTimeOffset? Last => Handed == 0 ? null : last;

    /// <summary>Complete lines, each with its line end.</summary>
    /// <returns>How many bytes were taken: all before the first line that is not ordinary.</returns>
    public int TakeAll(ReadOnlySpan<byte> lines)
    {
        int taken = 0;
        while (taken < lines.Length)
        {
            int length = lines[taken..].IndexOf((byte)'\n');
            if (!TryTake(lines.Slice(taken, length)))
                break;
            taken += length + 1;
        }
        return taken;
    }

    public void CountTooLong() => BrokenSince ??= Last ?? new DateTimeOffset(from, TimeSpan.Zero);

    private bool TryTake(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return true;
        LogLine.Parse(line, out LogLine parsed);
        if (parsed.Time is not { } time)
        {
            if (parsed.Kind == LineKind.Console)
                return false;
            NotUnderstood++;
            return true;
        }

        long ticks = time.UtcTicks;
        if (ticks < from || ticks >= to || ticks < Latest - WindowLines.Slack.Ticks || time.TotalOffsetMinutes != zone)
            return false;
        if (BrokenSince is { } since)
            broken.Add((since, time));
        BrokenSince = null;
        Times.Advance(ticks);
        Smallest = Math.Min(Smallest, ticks);
        last = time;
        Handed++;
        onLine(in parsed);
        return true;
    }
}
