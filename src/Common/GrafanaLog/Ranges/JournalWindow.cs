using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// Reads what a unit wrote to the journal in a window and a little around it. The files are mapped into memory: one that is damaged or cut
/// short can end the process (SIGBUS), so this is for a process that may be lost; see <see cref="JournalChild"/>.
/// </summary>
internal sealed class JournalWindow
{
    /// <summary>
    /// An entry's time is that of its arrival at journald, which is later than that of its line: under load by seconds, when the disk
    /// stalls by minutes.
    /// </summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(10);

    /// <summary>
    /// After the window's end so many entries more are looked at: one that arrived earlier, by the clock, tells that the clock was set
    /// back, and that the reading goes on there.
    /// </summary>
    private const int MostBehind = 2000;

    private const string Damaged = "a journal file is damaged, 'journalctl --verify' tells which";

    private readonly JournalUnit unit;
    private readonly Window window;
    private readonly DateTimeOffset readFrom;
    private readonly DateTimeOffset readTo;
    private readonly LineHandler onLine;
    private readonly Action<long, long> onBroken;
    private readonly List<Gap> gaps = [];
    private readonly ulong lastMicrosecond;

    // Times of the last two entries, as the library gives them; 0 for none.
    private ulong before;
    private ulong last;
    private DateTimeOffset? tail;
    private IReadOnlyList<JournalFile> opened = [];
    private bool isIndexLost;

    private JournalWindow(JournalUnit unit, Window window, LineHandler onLine, Action<long, long> onBroken)
    {
        this.unit = unit;
        this.window = window;
        readFrom = WindowLines.ReadFrom(window);
        readTo = DateTimeOffset.MaxValue - window.To > Lag ? window.To + Lag : DateTimeOffset.MaxValue;
        lastMicrosecond = (ulong)Math.Max(0, (readTo - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        this.onLine = onLine;
        this.onBroken = onBroken;
    }

    /// <summary>Does not throw for what a journal may be.</summary>
    /// <param name="onLine">Takes each line, also those near the window: <see cref="WindowLines"/> has to look at their own time.</param>
    /// <param name="onBroken">Takes how many pieces of lines, and how many lines above 1 MiB, lie between the last line and the
    /// next.</param>
    public static JournalReport Read(JournalUnit unit, Window window, LineHandler onLine, Action<long, long> onBroken)
    {
        var reading = new JournalWindow(unit, window, onLine, onBroken);
        DateTimeOffset? begins = null;
        try
        {
            var files = new JournalFiles(unit);
            if (files.Obstacle() is { } obstacle)
                return NoLog(window, obstacle);
            using JournalReader reader = JournalReader.Open(unit);
            begins = reading.LookAtFiles(files, reader);
            reading.ReadEntries(reader);
            reading.LookForAbandoned(files);
        }
        catch (DllNotFoundException)
        {
            return NoLog(window, JournalRemedy.NoLibrary);
        }
        catch (JournalException fault)
        {
            reading.gaps.Add(new Gap(reading.TimeOr(reading.last), window.To, GapCause.Unreadable, fault.Message));
        }
        return new JournalReport(begins, reading.gaps);
    }

    private static JournalReport NoLog(Window window, string why) => new(null, [new Gap(window.From, window.To, GapCause.NoLog, why)]);

    /// <summary>The library leaves out without a word what is damaged.</summary>
    /// <returns>From when on the journal holds what the system's units wrote.</returns>
    private DateTimeOffset? LookAtFiles(JournalFiles files, JournalReader reader)
    {
        IReadOnlyList<JournalFile> held = files.HeldOfSystem(out IReadOnlyList<JournalFile> leftOut);
        if (leftOut.Count > 0 && reader.Refresh())
            held = files.HeldOfSystem(out leftOut); // One of them was begun after the library had looked.

        // Not sd_journal_get_cutoff_realtime_usec(3): a person's own journal may be older than what is left of the system's.
        DateTimeOffset? begins = held.Min(file => file.Head);
        tail = held.Max(file => file.Tail);
        opened = held;
        foreach (JournalFile file in held.Where(file => file.IsUnclean && file.Tail is not null))
        {
            // What was not yet on the disk when the machine stopped is passed over by the library.
            DateTimeOffset next = held.Select(other => other.Head).Where(head => head > file.Tail).Min() ?? window.To;
            gaps.Add(new Gap(file.Tail!.Value, next, GapCause.Unreadable,
                "the journal was not closed properly when the machine stopped: its last lines may be missing"));
        }
        DateTimeOffset? missing = null;
        foreach (JournalFile file in leftOut)
        {
            DateTimeOffset from = file.Head ?? window.From;
            DateTimeOffset to = file.IsActive ? window.To : file.Tail ?? JournalFiles.LastWrite(file);
            gaps.Add(new Gap(
                from, to, GapCause.Unreadable, file.IsDenied ? $"{file.Path} may not be read" : JournalRemedy.Damaged(file.Path)));
            missing = missing is null || from < missing ? from : missing;
        }

        if (begins is null)
            gaps.Add(new Gap(window.From, window.To, GapCause.NoLog, "the journal is empty"));
        else if (begins > window.From && !(missing <= window.From))
            gaps.Add(new Gap(
                window.From,
                missing < begins ? missing.Value : begins.Value,
                GapCause.BeginsLater,
                WindowText.BeginsAt(begins.Value, window)));
        return begins;
    }

    /// <summary>
    /// A file in which the library comes upon damage is closed by it without a word, and read on in the next (real_journal_next in systemd
    /// 252).
    /// </summary>
    private void LookForAbandoned(JournalFiles files)
    {
        files.HeldOfSystem(out IReadOnlyList<JournalFile> notHeld);
        var left = notHeld.Select(file => file.Identity).ToHashSet();
        foreach (JournalFile file in opened.Where(file => left.Contains(file.Identity)))
            gaps.Add(new Gap(
                file.Head ?? window.From,
                file.IsActive ? window.To : file.Tail ?? window.To,
                GapCause.Unreadable,
                JournalRemedy.Damaged(file.Path)));
    }

    private void ReadEntries(JournalReader reader)
    {
        using (reader.Hold())
        {
            if (reader.TryStandBehindWholeLines(readFrom, readTo))
                ReadWholeLines(reader);
            else
                ReadAnyLines(reader);
        }
    }

    /// <summary>The ordinary case: two calls of the library an entry, and one to go on.</summary>
    private void ReadWholeLines(JournalReader reader)
    {
        while (MoveNext(reader))
        {
            if (!reader.TryMessage(out ReadOnlySpan<byte> message))
                AddDamage(reader);
            else if (message.Length > LogFile.MaxLine)
                Hand(JournalLines.FirstBytes(message));
            else if (!message.IsEmpty)
                Hand(message);
            reader.MarkRead();
        }
    }

    /// <summary>With lines that journald split, or notices of those that it dropped.</summary>
    private void ReadAnyLines(JournalReader reader)
    {
        var tally = new LineTally();
        var lines = new JournalLines(unit.Name, tally);
        (long unfinished, long tooLong) = (0L, 0L);
        reader.StandBehind(readFrom);
        while (MoveNext(reader))
        {
            if (reader.TryMessage(out _))
                lines.Take(reader, onLine);
            else
                AddDamage(reader);
            reader.MarkRead();
            if ((unfinished, tooLong) != (tally.Unfinished, tally.TooLong))
                onBroken(tally.Unfinished - unfinished, tally.TooLong - tooLong);
            (unfinished, tooLong) = (tally.Unfinished, tally.TooLong);
            long count = lines.Dropped;
            if (lines.TakeDropped() is { } dropped)
                gaps.Add(new Gap(
                    dropped.From ?? window.From,
                    dropped.To ?? window.To,
                    GapCause.Dropped,
                    count == 1 ? "journald dropped 1 line" : $"journald dropped {count} lines"));
        }
    }

    /// <summary>Only another program than Grafana's logger can put line ends into a message.</summary>
    private void Hand(ReadOnlySpan<byte> message)
    {
        for (int end = message.IndexOf((byte)'\n'); end >= 0; end = message.IndexOf((byte)'\n'))
        {
            onLine(message[..end]);
            message = message[(end + 1)..];
        }
        onLine(message);
    }

    /// <returns>False when the rest is none of the window's.</returns>
    private bool MoveNext(JournalReader reader)
    {
        if (isIndexLost
            ? !reader.MoveNextUnindexed(readFrom, readTo)
            : !reader.MoveNext() && !reader.LookAgain() && !IsMoreUnindexed(reader))
            return false;
        ulong at = reader.EntryMicroseconds();
        if (at > lastMicrosecond && (isIndexLost || !TryFindEarlier(reader, out at)))
            return false;
        before = last;
        last = at == 0 ? last : at;
        return true;
    }

    private bool TryFindEarlier(JournalReader reader, out ulong at)
    {
        at = 0;
        for (int i = 0; i < MostBehind; i++)
        {
            reader.MarkRead();
            if (!reader.MoveNext())
                return false;
            at = reader.EntryMicroseconds();
            if (at == 0 || at > lastMicrosecond)
                continue;
            DateTimeOffset from = TimeOr(last > 0 && last < at ? last : at);
            gaps.Add(new Gap(from, DateTimeOffset.MaxValue, GapCause.ClockSet,
                "the journal's time went back behind this time: the clock was set, so what happened when is not certain"));
            return true;
        }
        return false;
    }

    /// <summary>The begin of the window when there was no entry.</summary>
    private DateTimeOffset TimeOr(ulong microseconds) => microseconds == 0 ? window.From : JournalReader.Time(microseconds);

    /// <summary>The unit's entries have come to an end: whether that is so, or only what is left of a damaged index.</summary>
    private bool IsMoreUnindexed(JournalReader reader)
    {
        isIndexLost = true;
        if (!reader.MoveNextUnindexed(readFrom, readTo))
        {
            // Then the headers of the files tell whether there should be more.
            ulong end = reader.EntryMicroseconds();
            if (this.tail is { } tail && tail >= readFrom && end <= lastMicrosecond && TimeOr(end) < tail)
                gaps.Add(new Gap(TimeOr(end), tail.AddTicks(1), GapCause.Unreadable, Damaged));
            return false;
        }

        // An entry that was written a moment ago may not have been in the index yet; then nothing was lost before it.
        bool isNew = reader.EntryTime() is { } at && at > window.To;
        if (!isNew)
            gaps.Add(new Gap(TimeOr(last), reader.EntryTime() ?? window.To, GapCause.Unreadable, Damaged));
        return true;
    }

    private void AddDamage(JournalReader reader)
    {
        DateTimeOffset to = reader.EntryTime()?.AddTicks(1) ?? window.To;
        if (gaps.Count > 0 && gaps[^1] is { Why: Damaged } gap && gap.To >= TimeOr(before))
            gaps[^1] = gap with { To = to };
        else
            gaps.Add(new Gap(TimeOr(before), to, GapCause.Unreadable, Damaged));
    }
}
