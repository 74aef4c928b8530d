using System.Diagnostics.CodeAnalysis;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>
/// Follows Grafana's log file through rotation, truncation and absence (docs/grafana.md §3). Asked for news it costs one statx(2) when
/// there is none, so its owner may ask every few milliseconds; a notice by the kernel only makes waiting cheaper, and what it does not tell
/// is seen.
/// </summary>
/// <remarks>
/// A renamed file is read to its end before its successor is begun, and left only when the successor has been written to: until then
/// whoever writes the log may still hold the old one. If a handler throws, lines of the same read are handed over again by the next one.
/// </remarks>
public sealed class FileLog : ILogFollower
{
    private const long BytesPerRead = 4 * 1024 * 1024;

    /// <summary>How long a notice is waited for where notices come: to wake up is what a silent log costs.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly string _path;
    private readonly NativePath _nativePath;
    private readonly FileNotice _notice;
    private readonly TimeProvider _time;
    private readonly FileLogProblem _problem;
    private readonly LineTally _tally = new();

    private bool _isOpen;
    private LogFile? _file;

    // How to begin, while there is no file to hold.
    private LogPosition? _resumeAt;
    private bool _beginAtStart;
    private DateTimeOffset? _blindSince;

    // What the last look found: as long as it is so, nothing has happened.
    private LogRead? _idle;
    private FileStatus _idleStatus;

    private bool _wasTold;

    /// <param name="path">The file that Grafana writes; its rotated predecessors lie beside it.</param>
    /// <param name="time">For the ends of gaps.</param>
    public FileLog(string path, TimeProvider time)
    {
        _path = Path.GetFullPath(path);
        _nativePath = new NativePath(_path);
        _notice = new FileNotice(new NativePath(Path.GetDirectoryName(_path) ?? "/"));
        _time = time;
        _problem = new FileLogProblem(_path, time);
    }

    /// <summary>Whether the last change that was seen had come with a notice, so that the next one may be waited for.</summary>
    internal bool IsToldOfChanges { get; private set; }

    /// <summary>As in <see cref="LogPosition.Source"/>.</summary>
    public string Source => "file:" + _path;

    /// <summary>
    /// Lines since the start that Grafana's logger did not write (docs/grafana.md §1: the stream is mixed), and half lines at the end of a
    /// file.
    /// </summary>
    public long NotUnderstood => _tally.NotUnderstood;

    /// <summary>Lines since the start that were skipped because they are longer than 1 MiB.</summary>
    public long TooLong => _tally.TooLong;

    /// <inheritdoc/>
    /// <remarks>
    /// While the file cannot be read the answer for a kept position is a gap up to now; when it becomes readable, <see cref="Read"/> goes
    /// on at that position and tells of a gap only if something is really missing. Without a position, a file that is absent now is read
    /// from its start when it appears.
    /// </remarks>
    public LogContinuity Open(LogPosition? position)
    {
        _file?.Dispose();
        _file = null;
        _isOpen = true;
        _resumeAt = position;
        _beginAtStart = false;
        _blindSince = null;
        _idle = null;
        _tally.LastLineAt = position?.LastLineAt;
        _problem.Clear();

        LogContinuity? continuity = null;
        try
        {
            continuity = Begin(out _);
        }
        catch (IOException fault)
        {
            _problem.Note(fault);
        }
        if (continuity is not null)
            return continuity;
        return position is null ? LogContinuity.Continuous : Gap(position.LastLineAt, _problem.Text!);
    }

    /// <inheritdoc/>
    public LogRead Read(LineHandler onLine)
    {
        if (!_isOpen)
            throw new InvalidOperationException($"{nameof(Open)} was not called.");
        if (IsUnchanged())
            return _idle;

        IsToldOfChanges = _wasTold;
        _idle = null;
        _tally.BeginRead();
        LogContinuity? gap = null;
        bool isSettled = false;
        try
        {
            isSettled = Follow(onLine, ref gap);
        }
        catch (IOException fault)
        {
            _problem.Note(fault);
        }

        LogPosition? position = _file is null
            ? _resumeAt
            : new LogPosition(Source, _file.Identity.ToString(), _file.Offset, _file.Fingerprint, _tally.LastLineAt);
        string? problem = _problem.Text ?? (_tally.IsConsole ? FileRemedy.DescribeConsole(_path) : null);
        if (isSettled)
            _idle = new LogRead(0, position, null, problem);
        return new LogRead(_tally.Lines, position, gap, problem);
    }

    /// <inheritdoc/>
    /// <remarks>A change that came without a notice ends the trust in them, until the next change that comes with one.</remarks>
    public void Wait(TimeSpan pause)
    {
        // A busy Grafana would wake us with each line: what comes within a pause is read together.
        if (_wasTold)
            Thread.Sleep(pause);
        _wasTold = _notice.Wait(IsToldOfChanges ? LongestWait : pause);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _notice.Dispose();
        _file?.Dispose();
        _file = null;
        _isOpen = false;
    }

    [MemberNotNullWhen(true, nameof(_idle))]
    private bool IsUnchanged()
    {
        if (_idle is null)
            return false;
        FileStatus status = FileStatus.Of(_nativePath);
        if (status != _idleStatus)
            return false;
        return _file is null || _file.Identity == status.Identity || _file.Status().Size == _file.SizeSeen;
    }

    /// <summary>Takes the first hold of the log.</summary>
    /// <param name="isSettled">With null: whether only another status of the file can change that.</param>
    /// <returns>Null when there is nothing to hold; the problem says why.</returns>
    private LogContinuity? Begin(out bool isSettled)
    {
        isSettled = false;
        LogResumption resumption = _resumeAt is { } position ? LogResumption.At(position, Source, _path, _time.GetUtcNow()) : BeginAnew();
        if (resumption.File is not null)
        {
            _resumeAt = null;
            Hold(resumption.File);
            _tally.IsConsole = LogFileInspection.Of(_path).Format == LogFileFormat.Console;
            return resumption.Continuity;
        }

        isSettled = _problem.Note(resumption.Obstacle, isRotating: false);
        if (FileRemedy.IsAbsent(resumption.Obstacle))
            _beginAtStart = true;
        else
            _blindSince ??= _time.GetUtcNow();
        _idleStatus = resumption.Obstacle;
        return null;
    }

    private LogResumption BeginAnew()
    {
        LogFile? file = LogFile.TryOpen(_nativePath, out FileStatus status);
        if (!_beginAtStart)
            file?.StandAtEnd();
        return new(
            file, _blindSince is { } since ? Gap(null, $"{_path} could not be read since {since:O}.") : LogContinuity.Continuous, status);
    }

    /// <summary>Reads on, from file to file.</summary>
    /// <returns>True when nothing can come before a file's status changes.</returns>
    private bool Follow(LineHandler onLine, ref LogContinuity? gap)
    {
        if (_file is null)
        {
            LogContinuity? continuity = Begin(out bool isSettled);
            if (_file is null)
                return isSettled;
            gap = LogContinuity.Join(gap, continuity);
        }

        long budget = BytesPerRead;
        while (true)
        {
            // Looked at before our file is drained: when the name is another file's by then, whoever moved it has finished with ours.
            FileStatus live = FileStatus.Of(_nativePath);
            if (!Drain(onLine, ref budget, ref gap))
                return false;

            _idleStatus = live;
            if (live.Identity == _file.Identity)
            {
                _problem.Clear();
                return true;
            }

            LogFile? next = Next(ref gap, out bool isSettled);
            if (next is null)
                return isSettled;
            // Once more: somebody may have written to ours until the next one was begun.
            if (_file.Drain(onLine, _tally, ref budget) == DrainEnd.BudgetSpent)
            {
                next.Dispose();
                return false;
            }
            if (_file.SizeSeen > _file.Offset)
                _tally.CountUnfinished();
            Hold(next);
        }
    }

    /// <returns>False when the budget is spent.</returns>
    private bool Drain(LineHandler onLine, ref long budget, ref LogContinuity? gap)
    {
        while (true)
        {
            switch (_file!.Drain(onLine, _tally, ref budget))
            {
                case DrainEnd.EndOfFile:
                    return true;
                case DrainEnd.BudgetSpent:
                    return false;
                case DrainEnd.Truncated:
                    gap = LogContinuity.Join(gap, Gap(_tally.LastLineAt, $"{_path} was truncated while it was followed."));
                    _file.StandAtStart();
                    break;
                case DrainEnd.Rewritten:
                    LogResumption resumption = AfterGap($"{_path} was rewritten while it was followed.");
                    if (resumption.File is null)
                        _file.StandAtEnd();
                    else
                        Hold(resumption.File);
                    gap = LogContinuity.Join(gap, resumption.Continuity);
                    break;
            }
        }
    }

    /// <summary>Our file was rotated away: opens the one that was begun after it.</summary>
    /// <param name="isSettled">With null: whether only another status of a file can change that.</param>
    /// <returns>Null when there is none yet or it cannot be read.</returns>
    private LogFile? Next(ref LogContinuity? gap, out bool isSettled)
    {
        isSettled = false;

        // The present log is opened before the others are listed: if it is rotated away in between, it is in the list.
        LogFile? next = LogFile.TryOpen(_nativePath, out FileStatus status);
        if (RotatedFiles.After(_path, _file!.Identity, out bool isKnown) is { } successor)
        {
            next?.Dispose();
            next = LogFile.TryOpen(successor, out status);
        }
        else if (next is not null && next.Status().Size == 0)
        {
            // Made by another program's rotation, perhaps, while Grafana still writes to the old one.
            next.Dispose();
            _problem.Clear();
            isSettled = status == _idleStatus;
            return null;
        }
        else if (next is not null && !isKnown)
        {
            next.Dispose();
            LogResumption resumption = AfterGap(
                $"The file that was followed is no longer beside {_path}: another may have come and gone after it.");
            next = resumption.File;
            gap = next is null ? gap : LogContinuity.Join(gap, resumption.Continuity);
        }

        if (next is null)
            isSettled = _problem.Note(status, isRotating: true);
        return next;
    }

    private LogResumption AfterGap(string why) => LogResumption.AfterGap(_path, _tally.LastLineAt, _time.GetUtcNow(), why);

    private void Hold(LogFile file)
    {
        _file?.Dispose();
        _file = file;
        _problem.Clear();
    }

    private LogContinuity Gap(DateTimeOffset? from, string why) => new(false, from, _time.GetUtcNow(), why);
}

/// <summary>What keeps a log from being read at present. The text is made when it changes, not at every look.</summary>
internal sealed class FileLogProblem(string path, TimeProvider time)
{
    /// <summary>
    /// Between renaming the file and making the new one there is none for a moment; only a longer absence is worth a word.
    /// </summary>
    private static readonly TimeSpan AbsenceWhileRotating = TimeSpan.FromSeconds(5);

    private FileStatus _status;
    private DateTimeOffset? _absentSince;

    /// <summary>With the remedy; null when the log can be read.</summary>
    public string? Text { get; private set; }

    public void Clear()
    {
        Text = null;
        _absentSince = null;
    }

    /// <param name="isRotating">Whether a file of this log is held open still, so that its absence may be the moment of a rotation.</param>
    /// <returns>True when only another status can change anything: to look again at the same one is of no use.</returns>
    public bool Note(FileStatus status, bool isRotating)
    {
        bool isAbsent = FileRemedy.IsAbsent(status);
        _absentSince = isAbsent ? _absentSince ?? time.GetUtcNow() : null;
        if (isAbsent && isRotating && time.GetUtcNow() - _absentSince < AbsenceWhileRotating)
            return false;

        if (Text is null || _status != status)
            Text = FileRemedy.Describe(path, status);
        _status = status;

        // Access lists and the groups of the service are no part of the status: where something is forbidden it has to be tried again.
        return isAbsent || status.IsSeen;
    }

    public void Note(IOException fault) => Text = $"{path} cannot be read: {fault.Message}";
}
