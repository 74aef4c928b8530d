using System.Diagnostics.CodeAnalysis;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>
/// Follows what a systemd unit writes to the journal, through rotation, vacuum and reboots (docs/grafana.md §2). Asked for news it costs
/// about a microsecond when there is none, so its owner asks every few milliseconds: that sees an entry within 2 ms of its being written,
/// whereas journald announces it on a file descriptor only after 250 to 430 ms, because it puts several notices together.
/// </summary>
/// <remarks>
/// The files are mapped into memory. When one is cut short under our hands the kernel ends this process with SIGBUS; systemd starts it
/// again, and it goes on behind the cursor that it kept. If a handler throws, the entry is handed over again by the next read.
/// </remarks>
public sealed class JournalLog : ILogFollower
{
    private const long BytesPerRead = 4 * 1024 * 1024;

    /// <summary>How often a journal that cannot be read is tried again.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often the files are looked at when nothing else gives cause to: the library drops a damaged one silently.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How soon an entry is found that was hidden by the moment in which it was looked for, see <see cref="JournalReader.LookAgain"/>.
    /// </summary>
    private static readonly TimeSpan LookAgainInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The same while nothing is written: it is most of what an idle journal costs, and the next entry shows a hidden one, too.
    /// </summary>
    private static readonly TimeSpan QuietLookAgainInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan QuietAfter = TimeSpan.FromSeconds(2);

    private readonly JournalUnit unit;
    private readonly TimeProvider time;
    private readonly LineTally tally = new();
    private readonly JournalLines lines;

    private bool isOpen;
    private JournalReader? reader;
    private JournalFiles files;
    private LogPosition? position;
    private DateTimeOffset? blindSince;
    private string? problem;
    private long lookedAt;
    private long lookedAgainAt;
    private long newsAt;
    private LogRead? idle;

    /// <param name="unit">Whose lines; a directory is for tests and for another machine's journal.</param>
    /// <param name="time">For the ends of gaps and for pauses.</param>
    public JournalLog(JournalUnit unit, TimeProvider time)
    {
        this.unit = unit;
        this.time = time;
        files = new JournalFiles(unit);
        lines = new JournalLines(unit.Name, tally);
    }

    /// <summary>As in <see cref="LogPosition.Source"/>.</summary>
    public string Source => unit.Source;

    /// <summary>
    /// Lines since the start that Grafana's logger did not write (docs/grafana.md §1: the stream is mixed), and pieces of lines.
    /// </summary>
    public long NotUnderstood => tally.NotUnderstood;

    /// <summary>Lines since the start that were skipped because they are longer than 1 MiB.</summary>
    public long TooLong => tally.TooLong;

    /// <inheritdoc/>
    /// <remarks>
    /// While the journal cannot be read the answer for a kept position is a gap up to now; when it becomes readable, <see cref="Read"/>
    /// goes on at that position and tells of a gap only if something is really missing.
    /// </remarks>
    public LogContinuity Open(LogPosition? position)
    {
        Close();
        isOpen = true;
        this.position = position;
        blindSince = null;
        tally.LastLineAt = position?.LastLineAt;
        files = new JournalFiles(unit);
        if (TryBegin(out LogContinuity? continuity))
            return continuity;
        return position is null ? LogContinuity.Continuous : Gap(position.LastLineAt, null, problem!);
    }

    /// <inheritdoc/>
    public LogRead Read(LineHandler onLine)
    {
        if (!isOpen)
            throw new InvalidOperationException($"{nameof(Open)} was not called.");

        LogContinuity? gap = null;
        if (reader is null)
        {
            if (time.GetElapsedTime(lookedAt) < RetryInterval || !TryBegin(out gap))
                return Idle();
            gap = gap.IsContinuous ? null : gap;
        }

        tally.BeginRead();
        try
        {
            // Drained before the library hears of removed files: those it holds can be read to their end.
            bool isDrained = Drain(onLine, ref gap);
            if (isDrained && time.GetElapsedTime(lookedAgainAt) >= LookAgainPause)
            {
                lookedAgainAt = time.GetTimestamp();
                if (reader.LookAgain())
                    isDrained = Drain(onLine, ref gap);
            }

            if (isDrained && (reader.Refresh() || time.GetElapsedTime(lookedAt) >= LookInterval))
                gap = LogContinuity.Join(gap, Examine());
        }
        catch (JournalException fault)
        {
            problem = fault.Message;
            Close();
            isOpen = true;
        }

        if (tally.Lines == 0 && gap is null)
            return Idle();
        newsAt = time.GetTimestamp();
        idle = null;
        return new LogRead(tally.Lines, position, gap, Problem);
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan pause) => Thread.Sleep(pause);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        isOpen = false;
    }

    private string? Problem => problem ?? (tally.IsConsole ? JournalRemedy.Console(unit.Name) : null);

    private TimeSpan LookAgainPause => time.GetElapsedTime(newsAt) < QuietAfter ? LookAgainInterval : QuietLookAgainInterval;

    private LogRead Idle()
    {
        if (idle is null || idle.Position != position || idle.Problem != Problem)
            idle = new LogRead(0, position, null, Problem);
        return idle;
    }

    private void Close()
    {
        reader?.Dispose();
        reader = null;
        lines.Forget();
        idle = null;
    }

    [MemberNotNullWhen(true, nameof(reader))]
    private bool TryBegin([NotNullWhen(true)] out LogContinuity? continuity)
    {
        continuity = null;
        lookedAt = time.GetTimestamp();
        problem = files.Obstacle();
        if (problem is null)
        {
            try
            {
                reader = JournalReader.Open(unit);
                continuity = Begin(reader);
                return true;
            }
            catch (DllNotFoundException)
            {
                problem = JournalRemedy.NoLibrary;
            }
            catch (JournalException fault)
            {
                problem = fault.Message;
            }
            reader?.Dispose();
            reader = null;
        }
        blindSince ??= time.GetUtcNow();
        return false;
    }

    private LogContinuity Begin(JournalReader reader)
    {
        LogContinuity? continuity = null;
        DateTimeOffset? since = position is null ? DateTimeOffset.MaxValue : position.LastLineAt;
        if (position is null)
        {
            reader.StandAtEnd();
            position = Here(reader.Cursor());
            if (this.blindSince is { } blindSince)
                continuity = Gap(null, null, $"The journal could not be read since {blindSince:O}.");
        }
        else
        {
            continuity = Resume(reader, position);
        }

        if (reader.HasEntry)
            lines.BeginBehind(reader);
        JournalFinding finding = files.Look(since);
        Note(finding);
        return LogContinuity.Join(continuity, DamageGap(finding)) ?? LogContinuity.Continuous;
    }

    /// <summary>Goes on behind the kept place, or with the first entry after it if it is gone.</summary>
    private LogContinuity? Resume(JournalReader reader, LogPosition position)
    {
        string why;
        if (position.Source != Source || position.Cursor is not { } cursor)
        {
            why = $"The log that is read was {position.Source} before and is {Source} now.";

            // Grafana writes the same lines to both (docs/grafana.md §2), so most of what would be missed is here as well.
            if (position.LastLineAt is { } last)
                reader.StandBehind(last);
            else
                reader.StandAtEnd();
        }
        else if (reader.StandBehind(cursor))
        {
            return null;
        }
        else
        {
            why = reader.Begins is not { } begins
                ? "The journal is empty: all its files were removed to make room (SystemMaxUse= in journald.conf)."
                : position.LastLineAt is { } last && begins > last
                    ? $"The journal begins at {begins:O} only: older files were removed to make room (SystemMaxUse= in journald.conf)."
                : "The place up to which the journal was read is no longer in it: a file is damaged or gone, or it is another machine's "
                    + "journal.";
        }
        return Gap(position.LastLineAt, reader.IsAtUnread ? reader.EntryTime() : null, why);
    }

    /// <returns>True when there is nothing more now.</returns>
    private bool Drain(LineHandler onLine, ref LogContinuity? gap)
    {
        long budget = BytesPerRead;
        bool hasRead = false;
        bool isDrained = false;
        using (reader!.Hold())
        {
            while (budget > 0 && !(isDrained = !reader.MoveNext()))
            {
                budget -= lines.Take(reader, onLine);
                reader.MarkRead();
                hasRead = true;
            }
            if (hasRead)
                position = Here(reader.Cursor());
        }
        if (lines.TakeDropped() is { } dropped)
            gap = LogContinuity.Join(gap, dropped);
        return isDrained;
    }

    /// <summary>Looks whether files came and went unread, or were left out.</summary>
    private LogContinuity? Examine()
    {
        lookedAt = time.GetTimestamp();
        JournalFinding finding = files.Look(tally.LastLineAt);
        Note(finding);
        LogContinuity? overtaken = finding.IsOvertaken
            ? Gap(tally.LastLineAt, null,
                "Journal files came and went while nobody read them: room was made (SystemMaxUse= in journald.conf).")
            : null;
        return LogContinuity.Join(overtaken, DamageGap(finding));
    }

    private void Note(JournalFinding finding) => problem = finding.Blind is { } blind ? JournalRemedy.Damaged(blind) : null;

    private LogContinuity? DamageGap(JournalFinding finding) => finding.Damaged.Count == 0
        ? null
        : Gap(tally.LastLineAt, null,
            $"Not all of the journal can be read: {string.Join(", ", finding.Damaged)} is damaged. 'journalctl --verify' tells more.");

    private LogPosition? Here(string? cursor) => cursor is null ? position : LogPosition.ByCursor(Source, cursor, tally.LastLineAt);

    private LogContinuity Gap(DateTimeOffset? from, DateTimeOffset? to, string why) => new(false, from, to ?? time.GetUtcNow(), why);
}
