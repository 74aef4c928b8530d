using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// Reads a window of a log file and of those that it was renamed to. The files are read and not mapped: one that is cut short under a map
/// would end this process (SIGBUS), one that is read just ends.
/// </summary>
/// <param name="parts">Null where one thread is to read all.</param>
internal sealed class FileWindow(string path, Window window, WindowLines lines, Action onProgress, FileParts? parts)
{
    private bool isHandling;

    /// <summary>Does not throw for what a log may be.</summary>
    /// <param name="onProgress">Called after each stretch of some 64 KiB; may throw to end the reading.</param>
    /// <param name="parts">Reads long stretches by several threads; null: one thread reads all.</param>
    /// <returns>How much was seen, and from when on the log holds anything: null when it holds nothing.</returns>
    public static (Coverage Coverage, DateTimeOffset? Begins) Read(
        string path, Window window, WindowLines lines, Action onProgress, FileParts? parts = null)
    {
        var reading = new FileWindow(path, window, lines, onProgress, parts);
        DateTimeOffset? begins = null;
        try
        {
            begins = reading.Read();
        }
        catch (IOException fault) when (!reading.isHandling)
        {
            lines.Add(new Gap(lines.Last ?? window.From, window.To, GapCause.Unreadable, $"{path} cannot be read: {fault.Message}"));
        }
        return (lines.Conclude(FileRemedy.DescribeConsole(path)), begins);
    }

    private DateTimeOffset? Read()
    {
        using LogSeries series = LogSeries.Open(path, window);
        foreach (Gap gap in series.Gaps())
            lines.Add(gap);
        foreach (LogFile file in series.Files)
            ReadFile(file, () => series.BeginOfNext(file));
        if (series.HasLive)
            ReadSuccessors(series.Files.Last().Identity);

        DateTimeOffset? begins = series.Begins ?? lines.First;
        if (begins is null && series.IsReadable)
            lines.Add(new Gap(window.From, window.To, GapCause.NoLog, WhyNoTime(series)));
        else if (begins > window.From && !series.BeginsWithDefect)
            lines.Add(new Gap(window.From, begins.Value, GapCause.BeginsLater, WindowText.BeginsAt(begins.Value, window)));
        return begins;
    }

    private string WhyNoTime(LogSeries series)
    {
        byte[] buffer = new byte[ForeignFormat.Enough];
        string? known = series.Files.Reverse().Select(file => ForeignFormat.Explain(file.Begin(buffer), path))
            .FirstOrDefault(why => why is not null);
        return known ?? $"{path} holds no line with a time";
    }

    /// <summary>What was begun since the files were opened, if the log was rotated in the midst of the window.</summary>
    private void ReadSuccessors(FileIdentity last)
    {
        var live = new NativePath(path);
        while (!lines.IsPast && FileStatus.Of(live) is { IsSeen: true } status && status.Identity != last)
        {
            using LogFile? next = LogFile.TryOpen(RotatedFiles.After(path, last, out _) ?? live, out _);
            if (next is null || next.Identity == last)
                return;
            ReadFile(next, () => null);
            last = next.Identity;
        }
    }

    private void ReadFile(LogFile file, Func<DateTimeOffset?> beginOfNext)
    {
        lines.BeginFile();
        long begin = TimeSearch.LineBefore(file, WindowLines.ReadFrom(window));
        file.StandAt(ClockScan.FindNotBefore(file, begin, window.From));
        DrainEnd end = Drain(file);
        while (lines.IsPast)
        {
            // Behind the window, unless the clock was ahead, or the time was passed a second time.
            if (ClockScan.FindBefore(file, file.Offset, window.To) is not { } again)
                return;
            lines.BeginFile();
            file.StandAt(again);
            end = Drain(file);
        }
        if (end is DrainEnd.Truncated or DrainEnd.Rewritten || (end == DrainEnd.EndOfFile && file.Status().Size < file.Offset))
            AddGap(beginOfNext(), "the log was truncated while it was read");
        else if (end == DrainEnd.EndOfFile && file.SizeSeen > file.Offset)
            TellOfHalfLine(beginOfNext());
    }

    /// <summary>
    /// In a rotated file a line that nobody will end: the file was cut, or Grafana died over it. At the end of the file that is being
    /// written the rest may just be on its way.
    /// </summary>
    private void TellOfHalfLine(DateTimeOffset? beginOfNext)
    {
        if (beginOfNext is null)
        {
            lines.Note("the log ends in the middle of a line");
            return;
        }
        lines.CountUnfinished();
        AddGap(beginOfNext, "a rotated file ends in the middle of a line");
    }

    private void AddGap(DateTimeOffset? to, string why) =>
        lines.Add(new Gap(lines.Last ?? window.From, to ?? window.To, GapCause.Unreadable, why));

    private DrainEnd Drain(LogFile file)
    {
        parts?.BeginFile(file);
        long unlimited = long.MaxValue;
        while (true)
        {
            DrainEnd end = file.Drain(Take, lines.CountTooLong, ref unlimited);
            if (end != DrainEnd.Enough || lines.IsPast || parts is null)
                return end;
            if (parts.IsToBegin)
                ReadParts(parts);
            parts.Join();
        }
    }

    private void ReadParts(FileParts parts)
    {
        parts.Cut();
        isHandling = true;
        parts.Read();
        isHandling = false;
    }

    private int Take(ReadOnlySpan<byte> stretch)
    {
        isHandling = true; // What is thrown now is no fault of the file.
        int taken = parts is null ? lines.TakeAll(stretch) : lines.TakeAll(stretch[..parts.BeforeNext(stretch.Length)], parts.IsToBegin);
        onProgress();
        isHandling = false;
        return taken;
    }
}
