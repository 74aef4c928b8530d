using Athena.Common.GrafanaLog.Line;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// Takes lines as they lie in a log and hands out those of the window, each parsed once. A line belongs to the window that holds its own
/// <c>t</c>, so that windows that meet neither lose nor double a line; one without a time belongs where the line before it does.
/// </summary>
/// <param name="window">What is wanted.</param>
/// <param name="onLine">Takes the lines of the window.</param>
/// <param name="isByArrival">The log is ordered and was sought by when its lines arrived, as a journal is, and not by their own
/// time.</param>
internal sealed class WindowLines(Window window, WindowLineHandler onLine, bool isByArrival = false)
{
    /// <summary>
    /// How much later than its successor a line may be. A line is written when its request has ended, by many threads; 18 ms were seen
    /// (docs/grafana.md §1). The rest is for a clock that is being set right.
    /// </summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <summary>A journal's lines arrive within moments; what is older than that at the begin of a window was held up.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private const int EnoughBehind = 100;

    /// <summary>A clock that is set again and again makes no list without end.</summary>
    private const int MostClockGaps = 100;

    private readonly long from = window.From.UtcTicks;
    private readonly long to = window.To.UtcTicks;
    private readonly List<Gap> gaps = [];
    private readonly List<string> notes = [];

    private DateTimeOffset? earliest;
    private DateTimeOffset last;
    private readonly TimeRuns times = new();
    private bool isInside;
    private int behind;
    private long undecided;
    private long notUnderstood;
    private DateTimeOffset? consoleSince;
    private short zone;
    private bool isZoneTold;
    private int clockGaps;
    private DateTimeOffset? brokenSince;
    private long late;
    private DateTimeOffset latest;

    /// <summary>From when on the log has to be read.</summary>
    public static DateTimeOffset ReadFrom(Window window) =>
        window.From.UtcTicks > Slack.Ticks ? window.From - Slack : DateTimeOffset.MinValue;

    /// <summary>Lines that were handed out.</summary>
    public long Handed { get; private set; }

    /// <summary>
    /// So many lines in a row lie so far behind the window that none of the window can follow in the same file. One alone may be of a clock
    /// that was wrong for a moment.
    /// </summary>
    public bool IsPast => behind >= EnoughBehind;

    /// <summary>
    /// The last line with a time was inside and nothing before it is undecided: what follows may be read by <see cref="FastPathLines"/>,
    /// many stretches at the same time.
    /// </summary>
    public bool IsOrdinary => isInside && consoleSince is null && brokenSince is null;

    /// <summary>Time of the first line that had one; null while none had.</summary>
    public DateTimeOffset? First => earliest;

    /// <summary>Time of the last line that had one; null while none had.</summary>
    public DateTimeOffset? Last => earliest is null ? null : last;

    /// <summary>The next file begins: it may be another part of the time.</summary>
    public void BeginFile() => behind = 0;

    /// <summary>Complete lines, each with its line end.</summary>
    /// <param name="isToBeginParts">No more are wanted as soon as <see cref="IsOrdinary"/>.</param>
    /// <returns>How many of the bytes were taken; fewer than all when no more are wanted.</returns>
    public int TakeAll(ReadOnlySpan<byte> lines, bool isToBeginParts = false)
    {
        int taken = 0;
        while (taken < lines.Length && !IsPast && !(isToBeginParts && IsOrdinary))
        {
            int length = lines[taken..].IndexOf((byte)'\n');
            Take(lines.Slice(taken, length));
            taken += length + 1;
        }
        return taken;
    }

    /// <summary>One line, without its line end.</summary>
    public void Take(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return;
        LogLine.Parse(line, out LogLine parsed);
        if (parsed.Time is not { } time)
        {
            TakeTimeless(parsed.Kind);
            return;
        }

        long ticks = time.UtcTicks;
        isInside = ticks >= from && ticks < to;
        if (undecided > 0 || consoleSince is not null || brokenSince is not null)
            Settle(time);
        earliest ??= time;
        last = time;
        if (ticks >= times.Latest - Slack.Ticks)
            times.Advance(ticks);
        else
            TakeClockSetBack(time);
        if (isByArrival && ticks < from - Late.Ticks)
            (late, latest) = (late + 1, late == 0 || time > latest ? time : latest);
        if (isInside)
        {
            if (time.TotalOffsetMinutes != zone || Handed == 0)
                TellOfZone(time);
            Handed++;
            onLine(line, in parsed);
        }
        behind = ticks - to >= Slack.Ticks ? behind + 1 : 0;
    }

    /// <summary>For lines somewhere behind those that were taken.</summary>
    public FastPathLines BeginPart(ParsedLineHandler onLine) => new(from, to, zone, onLine);

    /// <summary>
    /// Whether those lines, taken one after the other behind the others, would be what they are: ordinary. Not if the clock went back
    /// before them. If the zone has changed since that part was begun, this was told.
    /// </summary>
    public bool CanJoin(FastPathLines part) => IsOrdinary && part.Smallest >= times.Latest - Slack.Ticks;

    /// <summary>Goes on behind those lines, which were handed out. Only when they <see cref="CanJoin">can join</see>.</summary>
    public void Join(FastPathLines part)
    {
        Handed += part.Handed;
        notUnderstood += part.NotUnderstood;
        foreach ((DateTimeOffset from, DateTimeOffset to) in part.Broken)
            Add(BrokenGap(from, to));
        times.Append(part.Times);
        last = part.Last ?? last;
        brokenSince = part.BrokenSince;
    }

    /// <summary>A line of which nothing is known, so long that it was passed over: what it said may be anything.</summary>
    public void CountTooLong() => brokenSince ??= Last ?? window.From;

    /// <summary>Something that is no whole line lies here: the end of a file, a piece of a line that was split.</summary>
    public void CountUnfinished() => TakeTimeless(LineKind.NotUnderstood);

    /// <summary>What is not seen; nothing when it ends where it begins.</summary>
    public void Add(Gap gap)
    {
        if (gap.From < gap.To)
            gaps.Add(gap);
    }

    public void Note(string note) => notes.Add(note);

    /// <summary>What was seen, when everything was read.</summary>
    /// <param name="consoleRemedy">What to say where lines in the console format were met.</param>
    public Coverage Conclude(string consoleRemedy)
    {
        if (consoleSince is { } since)
            Add(ConsoleGap(since, window.To));
        if (brokenSince is { } broken)
            Add(BrokenGap(broken, window.To));
        foreach (int i in Enumerable.Range(0, gaps.Count).Where(i => gaps[i].Why.Length == 0))
            gaps[i] = gaps[i] with { Why = consoleRemedy };

        long notUnderstood = this.notUnderstood + (earliest is null ? undecided : 0);
        if (notUnderstood > 0)
            notes.Add(notUnderstood == 1 ? "1 line was not understood" : $"{notUnderstood} lines were not understood");
        if (late > 0)
            notes.Add(WindowText.ArrivedLate(late, latest, window));
        return new Coverage(window, [], [.. notes], Handed, notUnderstood).With(gaps);
    }

    private static Gap BrokenGap(DateTimeOffset from, DateTimeOffset to) =>
        new(from, to.AddTicks(1), GapCause.Unreadable, "a line is so long that it was not read");

    private static Gap ConsoleGap(DateTimeOffset from, DateTimeOffset to) => new(from, to, GapCause.NoLog, "");

    private void TakeTimeless(LineKind kind)
    {
        if (kind == LineKind.Console)
            consoleSince ??= Last ?? window.From;
        else if (earliest is null)
            undecided++;
        else if (isInside)
            notUnderstood++;
    }

    /// <summary>A line with a time ends what could not be placed before it.</summary>
    private void Settle(DateTimeOffset time)
    {
        if (isInside)
            notUnderstood += undecided;
        undecided = 0;
        if (consoleSince is { } since)
            Add(ConsoleGap(since, time));
        consoleSince = null;
        if (brokenSince is { } broken)
            Add(BrokenGap(broken, time));
        brokenSince = null;
    }

    private void TellOfZone(DateTimeOffset time)
    {
        short zone = (short)time.TotalOffsetMinutes;
        if (Handed > 0 && !isZoneTold)
        {
            isZoneTold = true;
            notes.Add($"the zone of the log's times changed from {WindowText.Zone(this.zone)} to {WindowText.Zone(zone)}");
        }
        this.zone = zone;
    }

    /// <summary>The lines are handed out all the same. What the clock that was set leaves in doubt is a gap.</summary>
    private void TakeClockSetBack(DateTimeOffset time)
    {
        long latest = times.Latest;
        var from = new DateTimeOffset(times.GoBack(time.UtcTicks), TimeSpan.Zero);
        var to = new DateTimeOffset(latest + 1, TimeSpan.Zero);
        if (from >= window.To || to <= window.From || ++clockGaps > MostClockGaps)
            return;
        string why = $"the log's time went back from {WindowText.Time(to, window)} to {WindowText.Time(time, window)}: "
            + "the clock was set, so what happened when is not certain";
        Add(new Gap(from, clockGaps == MostClockGaps ? DateTimeOffset.MaxValue : to, GapCause.ClockSet, why));
    }
}

/// <summary>
/// Takes one line of a window, as it stands in the log without its line end, and parsed. Both are valid only during the call.
/// </summary>
internal delegate void WindowLineHandler(ReadOnlySpan<byte> bytes, scoped in LogLine line);

/// <summary>Takes one parsed line of a window. It is valid only during the call.</summary>
public delegate void ParsedLineHandler(scoped in LogLine line);

/// <summary>Times and zones in the phrases of a coverage, as the window's own begin is written.</summary>
internal static class WindowText
{
    /// <summary>Hour and minute in the offset of <see cref="Window.From"/>; with the date when it is another day.</summary>
    public static string Time(DateTimeOffset time, Window window)
    {
        DateTimeOffset local = time.ToOffset(window.From.Offset);
        return local.ToString(local.Date == window.From.Date ? "HH:mm" : "yyyy-MM-dd HH:mm");
    }

    /// <summary>As in RFC 3339: <c>+02:00</c>.</summary>
    public static string Zone(int minutes) => $"{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00}";

    public static string ArrivedLate(long lines, DateTimeOffset latest, Window window) =>
        $"{(lines == 1 ? "1 line" : $"{lines} lines")} of up to {Time(latest, window)} arrived only now: what was said of that time may "
        + "lack them";

    public static string BeginsAt(DateTimeOffset begin, Window window) => $"the log begins at {Time(begin, window)}";
}
