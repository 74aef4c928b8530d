using System.Net;
using Athena.Common.Files;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Settings;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>
/// The lines of Grafana's unit in systemd's journal: <c>journal:UNIT</c>, or <c>journal:/DIRECTORY/UNIT</c> for a journal that is not this
/// machine's own.
/// </summary>
public sealed record JournalLogSource(JournalUnit Unit) : ILogSource
{
    internal const string Scheme = "journal:";
    internal const string Form = "journal: and a unit, as in journal:grafana-server.service";

    /// <summary>An entry is counted as so many bytes of a file.</summary>
    private const int BytesOfEntry = 256;

    private static readonly string[] OwnJournals = ["/var/log/journal", "/run/log/journal"];

    /// <summary>
    /// How the program is started that reads a journal's windows, because a damaged journal can end it: this program's own binary. Another
    /// one for tests; it must answer as <see cref="JournalChild.Run"/> does.
    /// </summary>
    public IReadOnlyList<string> Reader { get; init; } = OwnProgram.Command;

    /// <inheritdoc/>
    public string Name => Unit.Source;

    /// <summary>Grafana's standard output goes to the journal (docs/grafana.md §2).</summary>
    public string GrafanaMode => "console";

    /// <inheritdoc/>
    public IReadOnlyList<string> Places => Unit.Directory is { } directory ? [directory] : OwnJournals;

    /// <summary>Null: a unit without a line may be one that has not run yet.</summary>
    public string? Absent => null;

    /// <summary>Null: journald tells us whose an entry is, and only entries of the unit are read.</summary>
    public uint? Owner => null;

    /// <returns>Null when what stands behind the scheme is no unit's name.</returns>
    internal static JournalLogSource? TryParse(string text) => JournalUnit.TryParse(text) is { } unit ? new JournalLogSource(unit) : null;

    /// <inheritdoc/>
    public ILogFollower Follow(TimeProvider time) => new JournalLog(Unit, time);

    /// <inheritdoc/>
    public LogFileInspection Inspect() => JournalInspection.Of(Unit);

    /// <inheritdoc/>
    public IPEndPoint? NewestListenAddress(long reach) => JournalListenLine.Newest(Unit, (ulong)reach / BytesOfEntry);

    /// <inheritdoc/>
    public LogKeep Keeps(TimeSpan wanted, Func<string, string?>? settings, DateTimeOffset now)
    {
        TimeSpan? oldest = now - JournalReader.OldestEntryTime(Unit);
        return Unit.Directory is null
            ? JournalKeep.Of(wanted, JournaldSettings.Read("/"), JournalRoom.Of(JournalFiles.DirectoriesOf(Unit)), oldest)
            : LogKeep.ByOldest(wanted, oldest, "how long another machine's journal is kept cannot be read here",
                "See SystemMaxUse and MaxRetentionSec there: man 5 journald.conf");
    }

    /// <inheritdoc/>
    public LogPast ReadSince(DateTimeOffset since, LineHandler onLine)
    {
        var window = new Window(since, DateTimeOffset.MaxValue);
        var lines = new WindowLines(window, (bytes, scoped in _) => onLine(bytes), isByArrival: true);
        JournalReport report = JournalWindow.Read(Unit, window, lines.Take, (_, _) => { });
        return LogPast.Of(lines.Conclude(JournalRemedy.Console(Unit.Name)).With(report.Gaps), report.Begins);
    }

    /// <inheritdoc/>
    public Coverage ReadWindow(
        Window window, ParsedLineHandler onLine, IProgress<WindowProgress>? progress = null, CancellationToken cancel = default)
    {
        var lines = new WindowLines(window, (_, scoped in line) => onLine(in line), isByArrival: true);
        void OnProgress()
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(new WindowProgress(lines.Last, lines.Handed));
        }

        cancel.ThrowIfCancellationRequested();
        return Privileges.AreGivenUp
            ? ReadHere(window, lines, OnProgress)
            : new JournalChildWindow(Reader, TimeProvider.System).Read(Unit, window, lines, OnProgress, cancel);
    }

    /// <summary>A journal is read by one thread.</summary>
    public Coverage ReadWindowInParts(
        Window window, ParsedLineHandler onLine, Func<LinePart> beginPart, IProgress<WindowProgress>? progress = null,
        CancellationToken cancel = default) =>
        ReadWindow(window, onLine, progress, cancel);

    /// <summary>Where no program may be started a damaged journal ends this one, which then is a command and no daemon's unit.</summary>
    private Coverage ReadHere(Window window, WindowLines lines, Action onProgress)
    {
        var taken = 0;
        JournalReport report = JournalWindow.Read(
            Unit,
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
        return lines.Conclude(JournalRemedy.Console(Unit.Name));
    }
}

/// <summary>The newest line "HTTP Server Listen" of a unit.</summary>
internal static class JournalListenLine
{
    /// <param name="entries">How many of the unit's last entries are looked at.</param>
    /// <returns>Null when there is none among them, or the journal cannot be read.</returns>
    public static IPEndPoint? Newest(JournalUnit unit, ulong entries)
    {
        if (new JournalFiles(unit).Obstacle() is not null) return null;
        try
        {
            using var reader = JournalReader.Open(unit);
            IPEndPoint? newest = null;
            reader.StandBeforeLast(entries);
            using (reader.Hold())
            {
                while (reader.MoveNext())
                {
                    if (reader.TryMessage(out var message) && ListenLine.TryRead(message) is { } found) newest = found;
                    reader.MarkRead();
                }
            }

            return newest;
        }
        catch (Exception e) when (e is DllNotFoundException or JournalException)
        {
            return null;
        }
    }
}
