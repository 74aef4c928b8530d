using System.Net;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>
/// Where Grafana's log is read. By default Grafana writes the same lines to a file and to the journal (docs/grafana.md §2), so one is read,
/// never both. Which one a setting names is told by <see cref="LogSource"/>. Nothing here throws for what a log may be.
/// </summary>
public interface ILogSource
{
    /// <summary>As in the setting and in <see cref="LogPosition.Source"/>.</summary>
    string Name { get; }

    /// <summary>
    /// What <c>mode</c> in the section <c>[log]</c> of grafana.ini must hold for Grafana to write there; null where others carry it there.
    /// </summary>
    string? GrafanaMode { get; }

    /// <summary>Files and directories whose groups may read it.</summary>
    IReadOnlyList<string> Places { get; }

    /// <summary>Where it would lie, if it is surely not there; null when it is, or when that can only be told by reading it.</summary>
    string? Absent { get; }

    /// <summary>
    /// Whose log it is, as our user namespace shows it: who else but Grafana could have written the line in which it says where it listens.
    /// Null when that cannot be told.
    /// </summary>
    uint? Owner { get; }

    /// <summary>
    /// Whether only Grafana, and root of its host, can have written a line: then it is proof of who approved an account, and of who
    /// listens. False where others may write lines that look the same.
    /// </summary>
    bool IsProof => true;

    /// <summary>For how long lines are on their way there: no window is read sooner after its end.</summary>
    TimeSpan Settle => TimeSpan.Zero;

    /// <summary>Not opened yet.</summary>
    ILogFollower Follow(TimeProvider time);

    /// <summary>Looks at its last lines once, and says what is wrong with it and what to do.</summary>
    LogFileInspection Inspect();

    /// <summary>Where the newest line "HTTP Server Listen" says that Grafana listens; null when none is found in reach.</summary>
    /// <param name="reach">About how many bytes are looked at, from the end.</param>
    IPEndPoint? NewestListenAddress(long reach);

    /// <summary>
    /// Whether what is written there stays for as long as is wanted, by what is set and by the oldest line that is really there.
    /// </summary>
    /// <param name="wanted">For how long.</param>
    /// <param name="settings">A key of the section <c>[log.file]</c> → its value in Grafana's settings, null where they do not name it;
    /// null where the settings could not be read.</param>
    /// <param name="now">The time.</param>
    LogKeep Keeps(TimeSpan wanted, Func<string, string?>? settings, DateTimeOffset now);

    /// <summary>
    /// Reads once what was written since then and is still there, rotated files and all, oldest first. Lines without a time are left out.
    /// For a command and not for a daemon: a damaged journal can end the process.
    /// </summary>
    LogPast ReadSince(DateTimeOffset since, LineHandler onLine);

    /// <summary>
    /// Reads a window of the log once, rotated files and all, and hands out its lines in the order in which they were written, each parsed.
    /// A line is of the window if its own time is, whenever it was written, so that windows that meet neither lose nor double a line; but
    /// for the lines of a few seconds nothing outside of the window is read.
    /// </summary>
    /// <param name="window">The phrases of the answer give times in the offset of its begin.</param>
    /// <param name="onLine">Takes one line; what it throws ends the reading and comes out here.</param>
    /// <param name="progress">Told about every 64 KiB.</param>
    /// <param name="cancel">Looked at about as often.</param>
    /// <returns>How much of the window could be seen.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Coverage ReadWindow(
        Window window, ParsedLineHandler onLine, IProgress<WindowProgress>? progress = null, CancellationToken cancel = default);

    /// <summary>
    /// The same for one who waits for the answer: where the log allows it many lines at the same time, on all processors. The answer is the
    /// same, too: parts are joined in the order of the log, and lines that are not like all others are read one by one.
    /// </summary>
    /// <param name="beginPart">Asked for what takes the lines of a part. What <paramref name="onLine"/> takes is the whole that parts are
    /// joined to.</param>
    /// <param name="progress">Told by one thread at a time, whichever that is.</param>
    Coverage ReadWindowInParts(
        Window window, ParsedLineHandler onLine, Func<LinePart> beginPart, IProgress<WindowProgress>? progress = null,
        CancellationToken cancel = default);
}

/// <summary>How long a log is kept, beside how long it is to be.</summary>
/// <param name="What">A phrase for people, behind the log's name.</param>
/// <param name="Remedy">The lines to write, where it is not kept for long enough; null where it is, as far as is known.</param>
/// <param name="Enough">For how long it is surely kept, where that is known and too short.</param>
public sealed record LogKeep(string What, string? Remedy = null, TimeSpan? Enough = null)
{
    /// <summary>Where nothing says how long it is kept, the oldest line does.</summary>
    internal static LogKeep ByOldest(TimeSpan wanted, TimeSpan? oldest, string why, string remedy) =>
        oldest >= wanted ? new(Oldest(oldest)) : new($"{why}; {Oldest(oldest)}", remedy);

    /// <summary>The oldest line that is there, a phrase.</summary>
    internal static string Oldest(TimeSpan? age) =>
        age is { } span ? $"its oldest line is {Duration.Spoken(span)} old" : "no line of it can be read";

    /// <summary>Whole days that are no shorter.</summary>
    internal static int Days(TimeSpan span) => (int)Math.Ceiling(span.TotalDays);
}

/// <summary>How far back a log could be read, see <see cref="ILogSource.ReadSince"/>.</summary>
/// <param name="Begins">From when on it holds what was written; null when nothing could be read.</param>
/// <param name="Problem">Why something in it could not be read, with the remedy; null when everything could.</param>
public sealed record LogPast(DateTimeOffset? Begins, string? Problem)
{
    /// <summary>That the log begins later is no problem here: <see cref="Begins"/> tells it.</summary>
    internal static LogPast Of(Coverage coverage, DateTimeOffset? begins)
    {
        string[] problems =
        [
            .. coverage.Gaps.Where(gap => gap.Cause != GapCause.BeginsLater)
                .Select(gap => gap.Why.EndsWith('.') ? gap.Why : gap.Why + ".").Distinct(),
        ];
        return new LogPast(begins, problems.Length == 0 ? null : string.Join(' ', problems));
    }
}
