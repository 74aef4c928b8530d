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

    private readonly JournalUnit _unit;
    private readonly TimeProvider _time;
    private readonly LineTally _tally = new();
    private readonly JournalLines _lines;

    private bool _isOpen;
    private JournalReader? _reader;
    private JournalFiles _files;
    private LogPosition? _position;
    private DateTimeOffset? _blindSince;
    private string? _problem;
    private long _lookedAt;
    private long _lookedAgainAt;
    private long _newsAt;
    private LogRead? _idle;

    /// <param name="unit">Whose lines; a directory is for tests and for another machine's journal.</param>
    /// <param name="time">For the ends of gaps and for pauses.</param>
    public JournalLog(JournalUnit unit, TimeProvider time)
    {
        _unit = unit;
        _time = time;
        _files = new JournalFiles(unit);
        _lines = new JournalLines(unit.Name, _tally);
    }

    /// <summary>As in <see cref="LogPosition.Source"/>.</summary>
    public string Source => _unit.Source;

    /// <summary>
    /// Lines since the start that Grafana's logger did not write (docs/grafana.md §1: the stream is mixed), and pieces of lines.
    /// </summary>
    public long NotUnderstood => _tally.NotUnderstood;

    /// <summary>Lines since the start that were skipped because they are longer than 1 MiB.</summary>
    public long TooLong => _tally.TooLong;

    /// <inheritdoc/>
    /// <remarks>
    /// While the journal cannot be read the answer for a kept position is a gap up to now; when it becomes readable, <see cref="Read"/>
    /// goes on at that position and tells of a gap only if something is really missing.
    /// </remarks>
    public LogContinuity Open(LogPosition? position)
    {
        Close();
        _isOpen = true;
        _position = position;
        _blindSince = null;
        _tally.LastLineAt = position?.LastLineAt;
        _files = new JournalFiles(_unit);
        if (TryBegin(out LogContinuity? continuity))
            return continuity;
        return position is null ? LogContinuity.Continuous : Gap(position.LastLineAt, null, _problem!);
    }

    /// <inheritdoc/>
    public LogRead Read(LineHandler onLine)
    {
        if (!_isOpen)
            throw new InvalidOperationException($"{nameof(Open)} was not called.");

        LogContinuity? gap = null;
        if (_reader is null)
        {
            if (_time.GetElapsedTime(_lookedAt) < RetryInterval || !TryBegin(out gap))
                return Idle();
            gap = gap.IsContinuous ? null : gap;
        }

        _tally.BeginRead();
        try
        {
            // Drained before the library hears of removed files: those it holds can be read to their end.
            bool isDrained = Drain(onLine, ref gap);
            if (isDrained && _time.GetElapsedTime(_lookedAgainAt) >= LookAgainPause)
            {
                _lookedAgainAt = _time.GetTimestamp();
                if (_reader.LookAgain())
                    isDrained = Drain(onLine, ref gap);
            }

            if (isDrained && (_reader.Refresh() || _time.GetElapsedTime(_lookedAt) >= LookInterval))
                gap = LogContinuity.Join(gap, Examine());
        }
        catch (JournalException fault)
        {
            _problem = fault.Message;
            Close();
            _isOpen = true;
        }

        if (_tally.Lines == 0 && gap is null)
            return Idle();
        _newsAt = _time.GetTimestamp();
        _idle = null;
        return new LogRead(_tally.Lines, _position, gap, Problem);
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan pause) => Thread.Sleep(pause);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _isOpen = false;
    }

    private string? Problem => _problem ?? (_tally.IsConsole ? JournalRemedy.Console(_unit.Name) : null);

    private TimeSpan LookAgainPause => _time.GetElapsedTime(_newsAt) < QuietAfter ? LookAgainInterval : QuietLookAgainInterval;

    private LogRead Idle()
    {
        if (_idle is null || _idle.Position != _position || _idle.Problem != Problem)
            _idle = new LogRead(0, _position, null, Problem);
        return _idle;
    }

    private void Close()
    {
        _reader?.Dispose();
        _reader = null;
        _lines.Forget();
        _idle = null;
    }

    [MemberNotNullWhen(true, nameof(_reader))]
    private bool TryBegin([NotNullWhen(true)] out LogContinuity? continuity)
    {
        continuity = null;
        _lookedAt = _time.GetTimestamp();
        _problem = _files.Obstacle();
        if (_problem is null)
        {
            try
            {
                _reader = JournalReader.Open(_unit);
                continuity = Begin(_reader);
                return true;
            }
            catch (DllNotFoundException)
            {
                _problem = JournalRemedy.NoLibrary;
            }
            catch (JournalException fault)
            {
                _problem = fault.Message;
            }
            _reader?.Dispose();
            _reader = null;
        }
        _blindSince ??= _time.GetUtcNow();
        return false;
    }

    private LogContinuity Begin(JournalReader reader)
    {
        LogContinuity? continuity = null;
        DateTimeOffset? since = _position is null ? DateTimeOffset.MaxValue : _position.LastLineAt;
        if (_position is null)
        {
            reader.StandAtEnd();
            _position = Here(reader.Cursor());
            if (_blindSince is { } blindSince)
                continuity = Gap(null, null, $"The journal could not be read since {blindSince:O}.");
        }
        else
        {
            continuity = Resume(reader, _position);
        }

        if (reader.HasEntry)
            _lines.BeginBehind(reader);
        JournalFinding finding = _files.Look(since);
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
        using (_reader!.Hold())
        {
            while (budget > 0 && !(isDrained = !_reader.MoveNext()))
            {
                budget -= _lines.Take(_reader, onLine);
                _reader.MarkRead();
                hasRead = true;
            }
            if (hasRead)
                _position = Here(_reader.Cursor());
        }
        if (_lines.TakeDropped() is { } dropped)
            gap = LogContinuity.Join(gap, dropped);
        return isDrained;
    }

    /// <summary>Looks whether files came and went unread, or were left out.</summary>
    private LogContinuity? Examine()
    {
        _lookedAt = _time.GetTimestamp();
        JournalFinding finding = _files.Look(_tally.LastLineAt);
        Note(finding);
        LogContinuity? overtaken = finding.IsOvertaken
            ? Gap(_tally.LastLineAt, null,
                "Journal files came and went while nobody read them: room was made (SystemMaxUse= in journald.conf).")
            : null;
        return LogContinuity.Join(overtaken, DamageGap(finding));
    }

    private void Note(JournalFinding finding) => _problem = finding.Blind is { } blind ? JournalRemedy.Damaged(blind) : null;

    private LogContinuity? DamageGap(JournalFinding finding) => finding.Damaged.Count == 0
        ? null
        : Gap(_tally.LastLineAt, null,
            $"Not all of the journal can be read: {string.Join(", ", finding.Damaged)} is damaged. 'journalctl --verify' tells more.");

    private LogPosition? Here(string? cursor) => cursor is null ? _position : LogPosition.InJournal(Source, cursor, _tally.LastLineAt);

    private LogContinuity Gap(DateTimeOffset? from, DateTimeOffset? to, string why) => new(false, from, to ?? _time.GetUtcNow(), why);
}
