using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// The files of a log that can hold lines of a window, oldest first, opened so that a rotation takes none of them away, and what is missing
/// between them. Of the others at most the first lines are looked at.
/// </summary>
internal sealed class LogSeries : IDisposable
{
    /// <summary>A log is not rotated so often that it would happen at each of as many looks.</summary>
    private const int MostLooks = 3;

    /// <summary>As many bytes at the begin tell a copy of a file that is still being written from another file.</summary>
    private const int TellingBytes = 512;

    private readonly string path;
    private readonly Window window;
    private readonly List<Part> parts = [];

    private LogSeries(string path, Window window)
    {
        this.path = path;
        this.window = window;
    }

    public IEnumerable<LogFile> Files => parts.Select(part => part.File).OfType<LogFile>();

    /// <summary>Whether the file that Grafana writes is one of <see cref="Files"/>.</summary>
    public bool HasLive { get; private set; }

    /// <summary>Whether there is a file at all that can be read.</summary>
    public bool IsReadable => parts.Exists(part => part.Defect is null);

    /// <summary>Time of the first line of the oldest file that was looked at; null when there is none, or it has no time.</summary>
    public DateTimeOffset? Begins => parts.Find(part => part.Defect is null)?.First;

    /// <summary>
    /// Whether something older than <see cref="Begins"/> was there but could not be read: one of <see cref="Gaps"/> tells of it.
    /// </summary>
    public bool BeginsWithDefect => parts.Count > 0 && parts[0].Defect is not null;

    /// <exception cref="IOException">The file system fails.</exception>
    public static LogSeries Open(string path, Window window)
    {
        for (int look = 1; ; look++)
        {
            var series = new LogSeries(path, window);
            try
            {
                if (series.TryOpen() || look == MostLooks)
                    return series;
            }
            catch
            {
                series.Dispose();
                throw;
            }
            series.Dispose();
        }
    }

    /// <summary>What cannot be read, each with the time between its neighbours.</summary>
    /// <exception cref="IOException">The file system fails.</exception>
    public IEnumerable<Gap> Gaps()
    {
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i].Defect is not { } defect)
                continue;
            int first = i;
            while (i + 1 < parts.Count && parts[i + 1].Defect is not null)
                i++;
            DateTimeOffset from = first == 0 ? window.From : parts[first - 1].File?.LastTime() ?? parts[first - 1].First ?? window.From;
            DateTimeOffset to = i + 1 == parts.Count ? window.To : parts[i + 1].First ?? window.To;
            string why = i == first ? defect : $"{defect}; and {i - first} more files";
            yield return new Gap(from, to, IsReadable ? GapCause.Unreadable : GapCause.NoLog, why);
        }
    }

    /// <summary>Time of the first line behind this file.</summary>
    public DateTimeOffset? BeginOfNext(LogFile file) =>
        parts.Skip(parts.FindIndex(part => part.File == file) + 1).FirstOrDefault(part => part.First is not null)?.First;

    public void Dispose()
    {
        foreach (LogFile file in Files)
            file.Dispose();
    }

    /// <returns>False when the log was rotated meanwhile, so that something may be here twice or not at all.</returns>
    private bool TryOpen()
    {
        // The present log is opened before the others are listed: if it is rotated away in between, it is in the list a second time.
        LogFile? live = LogFile.TryOpen(new NativePath(path), out FileStatus status);
        byte[] begin = live is null ? [] : live.Begin(new byte[TellingBytes]).ToArray();
        FileIdentity? identity = live?.Identity;
        bool isReached = Place(path, live, live is null ? FileRemedy.Describe(path, status) : null);
        HasLive = parts[0].File is not null;

        foreach (RotatedFile rotated in RotatedFiles.SeriesWithDefects(path).Reverse())
        {
            // Backwards until a file that was begun before. Names may mislead where files were packed or copied; then the time of the last
            // change tells that an older one was written to since.
            if (isReached && (rotated.Defect is not null || File.GetLastWriteTimeUtc(rotated.Path) < window.From.UtcDateTime))
                continue;
            if (rotated.Defect is not null)
            {
                parts.Insert(0, new Part(null, null, rotated.Defect));
                continue;
            }

            LogFile? file = LogFile.TryOpen(new NativePath(rotated.Path), out status);
            if (file is null && FileRemedy.IsAbsent(status))
                continue; // Removed since it was listed: then the log begins later.
            if (file is not null && (file.Identity == identity || IsCopy(file, begin)))
                file.Dispose();
            else
                isReached |= Place(rotated.Path, file, file is null ? FileRemedy.Describe(rotated.Path, status) : null);
        }
        return identity is null || FileStatus.Of(new NativePath(path)).Identity == identity;
    }

    /// <summary>logrotate with copytruncate writes a copy and empties the log after it; until then the lines are there twice.</summary>
    private static bool IsCopy(LogFile file, byte[] begin) => begin.Length > 0 && file.Begin(new byte[begin.Length]).SequenceEqual(begin);

    /// <returns>Whether the file begins before the window, so that no older one is needed.</returns>
    private bool Place(string path, LogFile? file, string? defect)
    {
        DateTimeOffset? first = null;
        bool isBehind = false;
        try
        {
            first = file?.FirstTime();
            isBehind = first - window.To >= WindowLines.Slack && ClockScan.FindBefore(file!, 0, window.To) is null;
        }
        catch (IOException fault)
        {
            defect = $"{path} cannot be read: {fault.Message}";
        }

        // One that lies behind the window, and yet before a file that does not, was written under a clock that was ahead.
        bool isNeeded = defect is null && (!isBehind || parts.Exists(newer => newer.File is not null));
        if (!isNeeded)
            file?.Dispose();
        parts.Insert(0, new Part(isNeeded ? file : null, first, defect));
        return window.From - first > WindowLines.Slack;
    }

    /// <param name="File">Null when it cannot be read, and when it begins behind the window.</param>
    /// <param name="First">Time of its first line; null when that is unknown.</param>
    /// <param name="Defect">Why it cannot be read; null when it can.</param>
    private sealed record Part(LogFile? File, DateTimeOffset? First, string? Defect);
}
