using System.Globalization;
using System.Net;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>Grafana's log file and its rotated predecessors: <c>file:/PATH</c>.</summary>
/// <param name="Path">Absolute, without <c>..</c>.</param>
public sealed record FileLogSource(string Path) : ILogSource
{
    internal const string Scheme = "file:";
    internal const string Form = "file: and an absolute path, as in file:/var/log/grafana/grafana.log";

    /// <summary>Into what a long file is cut where several threads read it.</summary>
    internal PartSizes PartSizes { get; init; } = PartSizes.OfThisMachine;

    /// <inheritdoc/>
    public string Name => Scheme + Path;

    /// <inheritdoc/>
    public string GrafanaMode => "file";

    /// <inheritdoc/>
    public IReadOnlyList<string> Places => [Path, System.IO.Path.GetDirectoryName(Path) ?? "/"];

    /// <inheritdoc/>
    public string? Absent => FileRemedy.IsAbsent(FileStatus.Of(new NativePath(Path))) ? Path : null;

    /// <inheritdoc/>
    public uint? Owner => FileStatus.Of(new NativePath(Path)) is { IsRegular: true } status ? status.UserId : null;

    /// <returns>Null when what stands behind the scheme is no absolute path.</returns>
    internal static FileLogSource? TryParse(string path) =>
        System.IO.Path.IsPathRooted(path) ? new FileLogSource(System.IO.Path.GetFullPath(path)) : null;

    /// <inheritdoc/>
    public ILogFollower Follow(TimeProvider time) => new FileLog(Path, time);

    /// <inheritdoc/>
    public LogFileInspection Inspect() => LogFileInspection.Of(Path);

    /// <inheritdoc/>
    public IPEndPoint? NewestListenAddress(long reach) => ListenLine.Newest(Path, reach);

    /// <inheritdoc/>
    public LogKeep Keeps(TimeSpan wanted, Func<string, string?>? settings, DateTimeOffset now) =>
        FileKeep.Of(wanted, settings, now - OldestLineAt());

    /// <inheritdoc/>
    public LogPast ReadSince(DateTimeOffset since, LineHandler onLine)
    {
        var window = new Window(since, DateTimeOffset.MaxValue);
        var lines = new WindowLines(window, (bytes, scoped in _) => onLine(bytes));
        (Coverage coverage, DateTimeOffset? begins) = FileWindow.Read(Path, window, lines, () => { });
        return LogPast.Of(coverage, begins);
    }

    /// <inheritdoc/>
    public Coverage ReadWindow(
        Window window, ParsedLineHandler onLine, IProgress<WindowProgress>? progress = null, CancellationToken cancel = default) =>
        Read(window, onLine, null, progress, cancel);

    /// <inheritdoc/>
    public Coverage ReadWindowInParts(
        Window window, ParsedLineHandler onLine, Func<LinePart> beginPart, IProgress<WindowProgress>? progress = null,
        CancellationToken cancel = default) =>
        Read(window, onLine, beginPart, progress, cancel);

    /// <summary>Null when no file can be read, or none begins with a line that has a time.</summary>
    private DateTimeOffset? OldestLineAt() => RotatedFiles.All(Path).Append(new NativePath(Path)).Select(LogFile.FirstLineAt).Min();

    private Coverage Read(
        Window window, ParsedLineHandler onLine, Func<LinePart>? beginPart, IProgress<WindowProgress>? progress, CancellationToken cancel)
    {
        var lines = new WindowLines(window, (_, scoped in line) => onLine(in line));
        void OnProgress(WindowProgress now)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(now);
        }

        var parts = beginPart is null ? null : new FileParts(window, lines, beginPart, PartSizes, OnProgress);
        cancel.ThrowIfCancellationRequested();
        return FileWindow.Read(Path, window, lines, () => OnProgress(new WindowProgress(lines.Last, lines.Handed)), parts).Coverage;
    }
}

/// <summary>
/// How long Grafana keeps its log files: at each rotation it removes those that were written last <c>max_days</c> ago. <c>max_lines</c> and
/// <c>max_size_shift</c> only cut the log into files, at most 999 a day, and remove none. Pure.
/// </summary>
internal static class FileKeep
{
    /// <param name="wanted">How long it is to be kept.</param>
    /// <param name="settings">The section <c>[log.file]</c>; null where Grafana's settings could not be read.</param>
    /// <param name="oldest">The age of the oldest line; null when there is none.</param>
    public static LogKeep Of(TimeSpan wanted, Func<string, string?>? settings, TimeSpan? oldest)
    {
        var there = LogKeep.Oldest(oldest);
        if (settings?.Invoke("log_rotate") == "false")
            return new($"Grafana neither cuts nor removes it (log_rotate in [log.file] of grafana.ini); {there}");
        var remedy = $"Write into /etc/grafana/grafana.ini, section [log.file]: max_days = {LogKeep.Days(wanted)} (max_lines and "
            + "max_size_shift only cut it into files). Then: sudo systemctl restart grafana-server.";
        if (!int.TryParse(settings?.Invoke("max_days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days))
            return LogKeep.ByOldest(
                wanted, oldest, "how long Grafana keeps it could not be read (max_days in [log.file] of grafana.ini, 7 by default)",
                remedy);
        var what = $"Grafana keeps it for {days} {(days == 1 ? "day" : "days")} (max_days in [log.file] of grafana.ini); {there}";
        return TimeSpan.FromDays(days) >= wanted ? new(what) : new(what, remedy, days > 0 ? TimeSpan.FromDays(days) : null);
    }
}
