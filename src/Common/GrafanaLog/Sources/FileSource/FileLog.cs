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

    private readonly string path;
    private readonly NativePath nativePath;
    private readonly FileNotice notice;
    private readonly TimeProvider time;
    private readonly FileLogProblem problem;
    private readonly LineTally tally = new();

    private bool isOpen;
    private LogFile? file;

    // How to begin, while there is no file to hold.
    private LogPosition? resumeAt;
    private bool beginAtStart;
    private DateTimeOffset? blindSince;

    // What the last look found: as long as it is so, nothing has happened.
    private LogRead? idle;
    private FileStatus idleStatus;

    private bool wasTold;

    /// <param name="path">The file that Grafana writes; its rotated predecessors lie beside it.</param>
    /// <param name="time">For the ends of gaps.</param>
    public FileLog(string path, TimeProvider time)
    {
        this.path = Path.GetFullPath(path);
        nativePath = new NativePath(this.path);
        notice = new FileNotice(new NativePath(Path.GetDirectoryName(this.path) ?? "/"));
        this.time = time;
        problem = new FileLogProblem(this.path, time);
    }

    /// <summary>Whether the last change that was seen had come with a notice, so that the next one may be waited for.</summary>
    internal bool IsToldOfChanges { get; private set; }

    /// <summary>As in <see cref="LogPosition.Source"/>.</summary>
    public string Source => "file:" + path;

    /// <summary>
    /// Lines since the start that Grafana's logger did not write (docs/grafana.md §1: the stream is mixed), and half lines at the end of a
    /// file.
    /// </summary>
    public long NotUnderstood => tally.NotUnderstood;

    /// <summary>Lines since the start that were skipped because they are longer than 1 MiB.</summary>
    public long TooLong => tally.TooLong;

    /// <inheritdoc/>
    /// <remarks>
    /// While the file cannot be read the answer for a kept position is a gap up to now; when it becomes readable, <see cref="Read"/> goes
    /// on at that position and tells of a gap only if something is really missing. Without a position, a file that is absent now is read
    /// from its start when it appears.
    /// </remarks>
    public LogContinuity Open(LogPosition? position)
    {
        file?.Dispose();
        file = null;
        isOpen = true;
        resumeAt = position;
        beginAtStart = false;
        blindSince = null;
        idle = null;
        tally.LastLineAt = position?.LastLineAt;
        problem.Clear();

        LogContinuity? continuity = null;
        try
        {
            continuity = Begin(out _);
        }
        catch (IOException fault)
        {
            problem.Note(fault);
        }
        if (continuity is not null)
            return continuity;
        return position is null ? LogContinuity.Continuous : Gap(position.LastLineAt, problem.Text!);
    }

    /// <inheritdoc/>
    public LogRead Read(LineHandler onLine)
    {
        if (!isOpen)
            throw new InvalidOperationException($"{nameof(Open)} was not called.");
        if (IsUnchanged())
            return idle;

        IsToldOfChanges = wasTold;
        idle = null;
        tally.BeginRead();
        LogContinuity? gap = null;
        bool isSettled = false;
        try
        {
            isSettled = Follow(onLine, ref gap);
        }
        catch (IOException fault)
        {
            this.problem.Note(fault);
        }

        LogPosition? position = file is null
            ? resumeAt
            : new LogPosition(Source, file.Identity.ToString(), file.Offset, file.Fingerprint, tally.LastLineAt);
        string? problem = this.problem.Text ?? (tally.IsConsole ? FileRemedy.DescribeConsole(path) : null);
        if (isSettled)
            idle = new LogRead(0, position, null, problem);
        return new LogRead(tally.Lines, position, gap, problem);
    }

    /// <inheritdoc/>
    /// <remarks>A change that came without a notice ends the trust in them, until the next change that comes with one.</remarks>
    public void Wait(TimeSpan pause)
    {
        // A busy Grafana would wake us with each line: what comes within a pause is read together.
        if (wasTold)
            Thread.Sleep(pause);
        wasTold = notice.Wait(IsToldOfChanges ? LongestWait : pause);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        notice.Dispose();
        file?.Dispose();
        file = null;
        isOpen = false;
    }

    [MemberNotNullWhen(true, nameof(idle))]
    private bool IsUnchanged()
    {
        if (idle is null)
            return false;
        FileStatus status = FileStatus.Of(nativePath);
        if (status != idleStatus)
            return false;
        return file is null || file.Identity == status.Identity || file.Status().Size == file.SizeSeen;
    }

    /// <summary>Takes the first hold of the log.</summary>
    /// <param name="isSettled">With null: whether only another status of the file can change that.</param>
    /// <returns>Null when there is nothing to hold; the problem says why.</returns>
    private LogContinuity? Begin(out bool isSettled)
    {
        isSettled = false;
        LogResumption resumption = resumeAt is { } position ? LogResumption.At(position, Source, path, time.GetUtcNow()) : BeginAnew();
        if (resumption.File is not null)
        {
            resumeAt = null;
            Hold(resumption.File);
            tally.IsConsole = LogFileInspection.Of(path).Format == LogFileFormat.Console;
            return resumption.Continuity;
        }

        isSettled = problem.Note(resumption.Obstacle, isRotating: false);
        if (FileRemedy.IsAbsent(resumption.Obstacle))
            beginAtStart = true;
        else
            blindSince ??= time.GetUtcNow();
        idleStatus = resumption.Obstacle;
        return null;
    }

    private LogResumption BeginAnew()
    {
        LogFile? file = LogFile.TryOpen(nativePath, out FileStatus status);
        if (!beginAtStart)
            file?.StandAtEnd();
        return new(
            file, blindSince is { } since ? Gap(null, $"{path} could not be read since {since:O}.") : LogContinuity.Continuous, status);
    }

    /// <summary>Reads on, from file to file.</summary>
    /// <returns>True when nothing can come before a file's status changes.</returns>
    private bool Follow(LineHandler onLine, ref LogContinuity? gap)
    {
        if (file is null)
        {
            LogContinuity? continuity = Begin(out bool isSettled);
            if (file is null)
                return isSettled;
            gap = LogContinuity.Join(gap, continuity);
        }

        long budget = BytesPerRead;
        while (true)
        {
            // Looked at before our file is drained: when the name is another file's by then, whoever moved it has finished with ours.
            FileStatus live = FileStatus.Of(nativePath);
            if (!Drain(onLine, ref budget, ref gap))
                return false;

            idleStatus = live;
            if (live.Identity == file.Identity)
            {
                problem.Clear();
                return true;
            }

            LogFile? next = Next(ref gap, out bool isSettled);
            if (next is null)
                return isSettled;
            // Once more: somebody may have written to ours until the next one was begun.
            if (file.Drain(onLine, tally, ref budget) == DrainEnd.BudgetSpent)
            {
                next.Dispose();
                return false;
            }
            if (file.SizeSeen > file.Offset)
                tally.CountUnfinished();
            Hold(next);
        }
    }

    /// <returns>False when the budget is spent.</returns>
    private bool Drain(LineHandler onLine, ref long budget, ref LogContinuity? gap)
    {
        while (true)
        {
            switch (file!.Drain(onLine, tally, ref budget))
            {
                case DrainEnd.EndOfFile:
                    return true;
                case DrainEnd.BudgetSpent:
                    return false;
                case DrainEnd.Truncated:
                    gap = LogContinuity.Join(gap, Gap(tally.LastLineAt, $"{path} was truncated while it was followed."));
                    file.StandAtStart();
                    break;
                case DrainEnd.Rewritten:
                    LogResumption resumption = AfterGap($"{path} was rewritten while it was followed.");
                    if (resumption.File is null)
                        file.StandAtEnd();
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
        LogFile? next = LogFile.TryOpen(nativePath, out FileStatus status);
        if (RotatedFiles.After(path, file!.Identity, out bool isKnown) is { } successor)
        {
            next?.Dispose();
            next = LogFile.TryOpen(successor, out status);
        }
        else if (next is not null && next.Status().Size == 0)
        {
            // Made by another program's rotation, perhaps, while Grafana still writes to the old one.
            next.Dispose();
            problem.Clear();
            isSettled = status == idleStatus;
            return null;
        }
        else if (next is not null && !isKnown)
        {
            next.Dispose();
            LogResumption resumption = AfterGap(
                $"The file that was followed is no longer beside {path}: another may have come and gone after it.");
            next = resumption.File;
            gap = next is null ? gap : LogContinuity.Join(gap, resumption.Continuity);
        }

        if (next is null)
            isSettled = problem.Note(status, isRotating: true);
        return next;
    }

    private LogResumption AfterGap(string why) => LogResumption.AfterGap(path, tally.LastLineAt, time.GetUtcNow(), why);

    private void Hold(LogFile file)
    {
        this.file?.Dispose();
        this.file = file;
        problem.Clear();
    }

    private LogContinuity Gap(DateTimeOffset? from, string why) => new(false, from, time.GetUtcNow(), why);
}

/// <summary>What keeps a log from being read at present. The text is made when it changes, not at every look.</summary>
internal sealed class FileLogProblem(string path, TimeProvider time)
{
    /// <summary>
    /// Between renaming the file and making the new one there is none for a moment; only a longer absence is worth a word.
    /// </summary>
    private static readonly TimeSpan AbsenceWhileRotating = TimeSpan.FromSeconds(5);

    private FileStatus status;
    private DateTimeOffset? absentSince;

    /// <summary>With the remedy; null when the log can be read.</summary>
    public string? Text { get; private set; }

    public void Clear()
    {
        Text = null;
        absentSince = null;
    }

    /// <param name="isRotating">Whether a file of this log is held open still, so that its absence may be the moment of a rotation.</param>
    /// <returns>True when only another status can change anything: to look again at the same one is of no use.</returns>
    public bool Note(FileStatus status, bool isRotating)
    {
        bool isAbsent = FileRemedy.IsAbsent(status);
        absentSince = isAbsent ? absentSince ?? time.GetUtcNow() : null;
        if (isAbsent && isRotating && time.GetUtcNow() - absentSince < AbsenceWhileRotating)
            return false;

        if (Text is null || this.status != status)
            Text = FileRemedy.Describe(path, status);
        this.status = status;

        // Access lists and the groups of the service are no part of the status: where something is forbidden it has to be tried again.
        return isAbsent || status.IsSeen;
    }

    public void Note(IOException fault) => Text = $"{path} cannot be read: {fault.Message}";
}
