using System.Buffers;
using System.Net;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Sources.LokiSource;

/// <summary>
/// Grafana's lines in a Loki: <c>loki:https://loki.example:3100</c> (docs/loki.md). Whoever may push there can write lines that look like
/// Grafana's, so none of them proves anything.
/// </summary>
public sealed class LokiLogSource : ILogSource
{
    internal const string Scheme = "loki:";
    internal const string Form = "loki: and the address of a Loki, as in loki:https://loki.example:3100";

    /// <summary>As many entries as are looked at of another log, about.</summary>
    private const int LastEntries = 800;

    /// <summary>For the newest line it is looked back so far, a longer span at each step.</summary>
    private static readonly TimeSpan[] Looks = [TimeSpan.FromMinutes(20), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];

    /// <summary>Loki's clock and that of whoever ships the lines may be ahead of ours.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>No log is read from further back.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    private readonly TimeProvider time;
    private readonly LateLines late = new();

    /// <param name="access">How it is asked.</param>
    /// <param name="time">For "now"; null for the system's.</param>
    public LokiLogSource(LokiAccess access, TimeProvider? time = null) => (Access, this.time) = (access, time ?? TimeProvider.System);

    /// <summary>How it is asked.</summary>
    internal LokiAccess Access { get; }

    /// <inheritdoc/>
    public string Name => Scheme + Access.Url.AbsoluteUri.TrimEnd('/');

    /// <summary>Null: whatever ships the lines decides where it reads them.</summary>
    public string? GrafanaMode => null;

    /// <summary>None: it is reached by the network.</summary>
    public IReadOnlyList<string> Places => [];

    /// <inheritdoc/>
    public string? Absent => null;

    /// <inheritdoc/>
    public uint? Owner => null;

    /// <inheritdoc/>
    public bool IsProof => false;

    /// <inheritdoc/>
    public TimeSpan Settle => Access.Settle;

    /// <returns>Null when what stands behind the scheme is no address. The rest of the access is set by other keys.</returns>
    internal static LokiLogSource? TryParse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url is { Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? new LokiLogSource(new LokiAccess(url, ""))
            : null;

    /// <inheritdoc/>
    public ILogFollower Follow(TimeProvider time) => new LokiLog(Access, Name, time);

    /// <inheritdoc/>
    public LogFileInspection Inspect() => Ask(async (client, now) =>
    {
        try
        {
            var page = new LokiPage();
            foreach (var look in Looks)
            {
                await client.RangeAsync(
                    page, LokiTime.Of(now - look), LokiTime.Of(now + Ahead), LastEntries, CancellationToken.None, isBackward: true)
                    .ConfigureAwait(false);
                if (page.Entries.Length > 0) break;
            }

            return LogFileInspection.OfLines(
                LinesOf(page), "Grafana's lines in Loki are in the console format: ship the text or JSON format.",
                "LOKI_QUERY selects no line that Grafana's logger writes. Write the labels of Grafana's own lines.");
        }
        catch (LokiException fault)
        {
            return new LogFileInspection(LogFileFormat.Unreadable, null, 0, false, fault.Message);
        }
    });

    /// <summary>Null: a line in Loki does not prove where Grafana listens.</summary>
    public IPEndPoint? NewestListenAddress(long reach) => null;

    /// <inheritdoc/>
    public LogKeep Keeps(TimeSpan wanted, Func<string, string?>? settings, DateTimeOffset now) => LogKeep.ByOldest(
        wanted, Ask((client, _) => OldestAsync(client, wanted, now)), "how long Loki keeps it cannot be asked",
        "See retention_period in limits_config of Loki's configuration, and retention_enabled of its compactor.");

    /// <inheritdoc/>
    public LogPast ReadSince(DateTimeOffset since, LineHandler onLine) => Ask(async (client, now) =>
    {
        var window = new Window(since < now - Longest ? now - Longest : since, DateTimeOffset.MaxValue);
        var (coverage, reading) = await LokiWindow.ReadAsync(
            client, window, (bytes, scoped in _) => onLine(bytes), _ => { }, now + Ahead, CancellationToken.None).ConfigureAwait(false);
        return LogPast.Of(coverage, reading.First);
    });

    /// <inheritdoc/>
    public Coverage ReadWindow(
        Window window, ParsedLineHandler onLine, IProgress<WindowProgress>? progress = null, CancellationToken cancel = default)
    {
        void OnProgress(LokiWindow reading)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(new WindowProgress(reading.Last, reading.Handed));
        }

        cancel.ThrowIfCancellationRequested();
        return Ask(async (client, now) =>
        {
            var (coverage, reading) = await LokiWindow.ReadAsync(
                client, window, (_, scoped in line) => onLine(in line), OnProgress, now + Ahead, cancel).ConfigureAwait(false);
            return await late.NoteAsync(client, coverage, reading.Inside, cancel).ConfigureAwait(false);
        });
    }

    /// <summary>One answer of Loki after the other is read.</summary>
    public Coverage ReadWindowInParts(
        Window window, ParsedLineHandler onLine, Func<LinePart> beginPart, IProgress<WindowProgress>? progress = null,
        CancellationToken cancel = default) =>
        ReadWindow(window, onLine, progress, cancel);

    /// <summary>Whoever reads a log waits for it, and the network knows no other way than to be waited for.</summary>
    private T Ask<T>(Func<LokiClient, DateTimeOffset, Task<T>> ask)
    {
        using var client = new LokiClient(Access, time);
        return ask(client, time.GetUtcNow()).GetAwaiter().GetResult();
    }

    private static async Task<TimeSpan?> OldestAsync(LokiClient client, TimeSpan wanted, DateTimeOffset now)
    {
        var page = new LokiPage();
        try
        {
            for (var from = now - wanted - Looks[0]; from < now; from += Looks[1])
            {
                await client.RangeAsync(page, LokiTime.Of(from), LokiTime.Of(from + Looks[1]), 1, CancellationToken.None)
                    .ConfigureAwait(false);
                if (page.Entries.Length > 0) return now - LokiTime.ToTime(page.Entries[0].At);
            }
        }
        catch (LokiException)
        {
            // What is wrong with Loki is told by whoever reads it.
        }

        return null;
    }

    private static ReadOnlySpan<byte> LinesOf(LokiPage page)
    {
        var all = new ArrayBufferWriter<byte>();
        var lines = new LokiLines();
        foreach (ref readonly var entry in page.Entries)
        {
            lines.Take(entry.Stream, page.Line(in entry), line =>
            {
                all.Write(line);
                all.Write("\n"u8);
            });
        }

        return all.WrittenSpan;
    }
}

/// <summary>
/// Finds lines that came to Loki after their window had been read, with a time in it: the next window asks how many there are by now.
/// </summary>
internal sealed class LateLines
{
    /// <summary>Several are read by turns: the hour, the quarter of a command, what lies around them.</summary>
    private const int MostWindows = 16;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<Window, long> counts = [];

    /// <param name="coverage">Of a window that was just read.</param>
    /// <param name="inside">How many entries it had.</param>
    /// <returns>The same, with a note where the window before has more than it had when it was read.</returns>
    public async Task<Coverage> NoteAsync(LokiClient client, Coverage coverage, long inside, CancellationToken cancel)
    {
        var window = coverage.Window;
        if (window.Length < Shortest || window.Length.Ticks % TimeSpan.TicksPerSecond != 0) return coverage;
        long? known;
        lock (gate)
        {
            var before = new Window(window.From - window.Length, window.From);
            known = counts.Remove(before, out var count) ? count : null;
            if (counts.Count >= MostWindows) counts.Clear();
            if (coverage.Gaps.All(gap => gap.Cause is not (GapCause.NoLog or GapCause.Unreadable))) counts[window] = inside;
        }

        if (known is null) return coverage;
        try
        {
            var now = (await client.CountAsync(LokiTime.Of(window.From), window.Length, cancel).ConfigureAwait(false)).Values.Sum();
            return now <= known
                ? coverage
                : coverage with
                {
                    Notes = [.. coverage.Notes, WindowText.ArrivedLate(now - known.Value, window.From, window)],
                };
        }
        catch (LokiException)
        {
            return coverage; // That Loki does not answer is told by the reading itself.
        }
    }
}

/// <summary>Loki's times: nanoseconds since 1970.</summary>
internal static class LokiTime
{
    private const long NanosecondsPerTick = 100;

    public static long Of(DateTimeOffset at) => Math.Max(0, (at - DateTimeOffset.UnixEpoch).Ticks) is var ticks
        && ticks > long.MaxValue / NanosecondsPerTick ? long.MaxValue : ticks * NanosecondsPerTick;

    public static long Length(TimeSpan span) => span.Ticks * NanosecondsPerTick;

    public static DateTimeOffset ToTime(long at) => DateTimeOffset.UnixEpoch.AddTicks(at / NanosecondsPerTick);
}
