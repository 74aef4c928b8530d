using System.Net;
using Athena.Common.Files;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Common.Settings;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>
/// Where Grafana's log is read, as the setting names it: <c>file:/PATH</c>, <c>journal:UNIT</c>, or <c>journal:/DIRECTORY/UNIT</c> for a
/// journal that is not this machine's own. By default Grafana writes the same lines to both (docs/grafana.md §2), so one is read, never
/// both.
/// </summary>
public sealed record LogSource
{
    private const string FilePrefix = "file:";
    private const string JournalPrefix = "journal:";

    private readonly string _path = "";
    private readonly JournalUnit? _unit;

    private LogSource(string path) => _path = path;

    private LogSource(JournalUnit unit) => _unit = unit;

    /// <summary>As in <see cref="LogPosition.Source"/>.</summary>
    public string Name => _unit?.Source ?? FilePrefix + _path;

    public bool IsJournal => _unit is not null;

    /// <summary>Null for a journal.</summary>
    internal string? FilePath => _unit is null ? _path : null;

    /// <summary>Null for this machine's own journal, and for a file.</summary>
    internal string? JournalDirectory => _unit?.Directory;

    /// <returns>Null when <paramref name="text"/> names none; <paramref name="problem"/> then says what it must be.</returns>
    public static LogSource? TryParse(string text, out string? problem)
    {
        problem = null;
        if (text.StartsWith(FilePrefix, StringComparison.Ordinal) && Path.IsPathRooted(text[FilePrefix.Length..]))
            return new LogSource(Path.GetFullPath(text[FilePrefix.Length..]));
        if (text.StartsWith(JournalPrefix, StringComparison.Ordinal) && JournalUnit.TryParse(text[JournalPrefix.Length..]) is { } unit)
            return new LogSource(unit);
        problem =
            "must be file: and an absolute path, as in file:/var/log/grafana/grafana.log, or journal: and a unit, as in "
            + "journal:grafana-server.service";
        return null;
    }

    /// <summary>Not opened yet.</summary>
    public ILogFollower Follow(TimeProvider time) => _unit is null ? new FileLog(_path, time) : new JournalLog(_unit, time);

    /// <summary>Where the newest line "HTTP Server Listen" says that Grafana listens; null when none is found in reach.</summary>
    /// <param name="reach">How many bytes of a file are looked at; of a journal about as many, an entry counted as 256.</param>
    internal IPEndPoint? NewestListenAddress(long reach) =>
        _unit is null ? ListenLine.Newest(_path, reach) : JournalListenLine.Newest(_unit, (ulong)reach / 256);

    /// <summary>Whose file it is, as our user namespace shows it; null for a journal, or when that cannot be told.</summary>
    internal uint? OwnerOfFile =>
        _unit is null && FileStatus.Of(new NativePath(_path)) is { IsRegular: true } status ? status.UserId : null;

    /// <summary>Looks at its last lines once. Does not throw for what a log may be.</summary>
    public LogFileInspection Inspect() => _unit is null ? LogFileInspection.Of(_path) : JournalInspection.Of(_unit);

    /// <summary>
    /// How the program is started that reads a journal's windows, because a damaged journal can end it: this program's own binary. Another
    /// one for tests; it must answer as <see cref="JournalChild.Run"/> does.
    /// </summary>
    public IReadOnlyList<string> JournalReader { get; init; } = OwnProgram.Command;

    /// <summary>Into what a long file is cut where several threads read it.</summary>
    internal PartSizes PartSizes { get; init; } = PartSizes.OfThisMachine;

    /// <summary>
    /// Reads once what was written since then and is still there, rotated files and all, oldest first. Lines without a time are left out.
    /// Does not throw for what a log may be. The journal is read in this process, so this is for a command and not for a daemon.
    /// </summary>
    public LogPast ReadSince(DateTimeOffset since, LineHandler onLine)
    {
        var window = new Window(since, DateTimeOffset.MaxValue);
        var lines = new WindowLines(window, (bytes, scoped in _) => onLine(bytes), IsJournal);
        if (_unit is null)
        {
            (Coverage coverage, DateTimeOffset? begins) = FileWindow.Read(_path, window, lines, () => { });
            return LogPast.Of(coverage, begins);
        }
        JournalReport report = JournalWindow.Read(_unit, window, lines.Take, (_, _) => { });
        return LogPast.Of(lines.Conclude(JournalRemedy.Console(_unit.Name)).With(report.Gaps), report.Begins);
    }

    /// <summary>
    /// Reads a window of the log once, rotated files and all, and hands out its lines in the order in which they were written, each parsed.
    /// A line is of the window if its own time is, whenever it was written, so that windows that meet neither lose nor double a line; but
    /// for the lines of a few seconds nothing outside of the window is read. Does not throw for what a log may be: that is in the answer.
    /// </summary>
    /// <param name="window">The phrases of the answer give times in the offset of its begin.</param>
    /// <param name="onLine">Takes one line; what it throws ends the reading and comes out here.</param>
    /// <param name="progress">Told about every 64 KiB.</param>
    /// <param name="cancel">Looked at about as often.</param>
    /// <returns>How much of the window could be seen.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Coverage ReadWindow(
        Window window, ParsedLineHandler onLine, IProgress<WindowProgress>? progress = null, CancellationToken cancel = default) =>
        Read(window, onLine, null, progress, cancel);

    /// <summary>
    /// The same, and of a long file many lines at the same time, on all processors: for one who waits for the answer. A journal is read by
    /// one thread. The answer is the same, too: parts are joined in the order of the log, and lines that are not like all others are read
    /// one by one.
    /// </summary>
    /// <param name="beginPart">Asked for what takes the lines of a part. What <paramref name="onLine"/> takes is the whole that parts are
    /// joined to.</param>
    /// <param name="progress">Told by one thread at a time, whichever that is.</param>
    public Coverage ReadWindowInParts(
        Window window, ParsedLineHandler onLine, Func<LinePart> beginPart, IProgress<WindowProgress>? progress = null,
        CancellationToken cancel = default) =>
        Read(window, onLine, beginPart, progress, cancel);

    private Coverage Read(
        Window window, ParsedLineHandler onLine, Func<LinePart>? beginPart, IProgress<WindowProgress>? progress, CancellationToken cancel)
    {
        var lines = new WindowLines(window, (_, scoped in line) => onLine(in line), IsJournal);
        var parts = beginPart is null ? null : new FileParts(window, lines, beginPart, PartSizes, OnProgressOf);
        void OnProgress() => OnProgressOf(new WindowProgress(lines.Last, lines.Handed));
        void OnProgressOf(WindowProgress now)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(now);
        }

        cancel.ThrowIfCancellationRequested();
        return _unit is null
            ? FileWindow.Read(_path, window, lines, OnProgress, parts).Coverage
            : Privileges.AreGivenUp ? ReadHere(_unit, window, lines, OnProgress)
            : new JournalChildWindow(JournalReader, TimeProvider.System).Read(_unit, window, lines, OnProgress, cancel);
    }

    /// <summary>Where no program may be started a damaged journal ends this one, which then is a command and no daemon's unit.</summary>
    private static Coverage ReadHere(JournalUnit unit, Window window, WindowLines lines, Action onProgress)
    {
        var taken = 0;
        JournalReport report = JournalWindow.Read(
            unit,
            window,
            bytes =>
            {
                if (++taken % 256 == 0) onProgress();
                lines.Take(bytes);
            },
            (unfinished, tooLong) =>
            {
                for (long i = 0; i < unfinished; i++) lines.CountUnfinished();
                for (long i = 0; i < tooLong; i++) lines.CountTooLong();
            });
        foreach (Gap gap in report.Gaps) lines.Add(gap);
        return lines.Conclude(JournalRemedy.Console(unit.Name));
    }
}
