using Athena.Common.GrafanaLog.Sources.LokiSource;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// Reads what Loki has of a window and a little around it. The lines of each node are followed by themselves, because those of one may be
/// on their way for longer than those of another.
/// </summary>
internal sealed class LokiWindow
{
    /// <summary>
    /// An entry's time is mostly that at which its line was read by whoever ships it, and a shipper that lost the network brings the lines
    /// of those minutes afterwards.
    /// </summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(10);

    /// <summary>A Grafana that runs writes every ten minutes of its own accord ("Completed cleanup jobs").</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(15);

    /// <summary>For so long before a window it is asked who wrote.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromHours(1);

    /// <summary>Where nothing was written for so long before a window, the log begins with it.</summary>
    private static readonly TimeSpan LongBefore = TimeSpan.FromDays(1);

    private const int MostNodes = 64;
    private const int MostNamed = 8;

    private readonly LokiClient client;
    private readonly Window window;
    private readonly WindowLineHandler onLine;
    private readonly Action<LokiWindow> onProgress;
    private readonly long from;
    private readonly long to;
    private readonly LokiLines lines = new();
    private readonly SortedDictionary<string, WindowLines> nodes = new(StringComparer.Ordinal);
    private readonly List<Gap> gaps = [];
    private readonly List<string> notes = [];
    private int taken;
    private string? unreached;

    private LokiWindow(LokiClient client, Window window, WindowLineHandler onLine, Action<LokiWindow> onProgress)
    {
        (this.client, this.window, this.onLine, this.onProgress) = (client, window, onLine, onProgress);
        (from, to) = (LokiTime.Of(window.From), LokiTime.Of(window.To));
    }

    /// <summary>Entries whose time in Loki lies in the window.</summary>
    public long Inside { get; private set; }

    /// <summary>Lines of the window that were handed out so far.</summary>
    public long Handed => nodes.Values.Sum(node => node.Handed);

    /// <summary>Time of the earliest line; null while there is none.</summary>
    public DateTimeOffset? First => nodes.Values.Min(node => node.First);

    /// <summary>Time of the latest line; null while there is none.</summary>
    public DateTimeOffset? Last => nodes.Values.Max(node => node.Last);

    /// <summary>Does not throw for what a Loki may be.</summary>
    /// <param name="onProgress">Called now and then; may throw to end the reading.</param>
    /// <param name="until">Nothing later is asked for.</param>
    public static async Task<(Coverage Coverage, LokiWindow Reading)> ReadAsync(
        LokiClient client, Window window, WindowLineHandler onLine, Action<LokiWindow> onProgress, DateTimeOffset until,
        CancellationToken cancel)
    {
        var reading = new LokiWindow(client, window, onLine, onProgress);
        await reading.ReadAsync(until, cancel).ConfigureAwait(false);
        return (reading.Conclude(), reading);
    }

    private async Task ReadAsync(DateTimeOffset until, CancellationToken cancel)
    {
        var end = until > window.To && until - window.To > Lag ? window.To + Lag : until;
        var pager = new LokiPager(client, Take, at => AddGap(at, at + 1, "more lines have one time than Loki gives at once"));
        try
        {
            await pager.ReadAsync(LokiTime.Of(WindowLines.ReadFrom(window)), LokiTime.Of(end), cancel).ConfigureAwait(false);
            await LookBeforeAsync(cancel).ConfigureAwait(false);
        }
        catch (LokiException fault) when (pager.At < LokiTime.Of(end))
        {
            unreached = Passing(fault);
            var isNothing = pager.At <= from;
            gaps.Add(new Gap(
                isNothing ? window.From : LokiTime.ToTime(Math.Min(pager.At, to)) - WindowLines.Slack, window.To,
                isNothing ? GapCause.NoLog : GapCause.Unreadable, fault.Message));
        }
        catch (LokiException fault)
        {
            unreached = Passing(fault);
            gaps.Add(new Gap(window.From, window.To, GapCause.Unreadable, $"who wrote before could not be asked: {fault.Message}"));
        }
    }

    private static string? Passing(LokiException fault) => fault.IsPassing || fault.IsHung ? fault.Message : null;

    private void Take(in LokiEntry entry, ReadOnlySpan<byte> line)
    {
        if (entry.At >= from && entry.At < to) Inside++;
        if (++taken % 256 == 0) onProgress(this);
        lines.Take(entry.Stream, line, NodeOf(entry.Stream.Node).Take);
    }

    private WindowLines NodeOf(string name)
    {
        if (nodes.TryGetValue(name, out var node)) return node;
        if (nodes.Count >= MostNodes && name.Length > 0) return NodeOf("");
        return nodes[name] = new WindowLines(window, onLine, isByArrival: true);
    }

    /// <summary>Who wrote before the window and not in it; and whether what is kept begins in it.</summary>
    private async Task LookBeforeAsync(CancellationToken cancel)
    {
        var seen = nodes.Where(node => node.Value.Handed > 0).Select(node => node.Key).ToHashSet(StringComparer.Ordinal);
        if (window.Length >= LongestSilence)
        {
            var before = await client.CountAsync(from, Before, cancel).ConfigureAwait(false);
            var missing = seen.Count == 0 ? [] : before.Keys.Except(seen).Where(node => node.Length > 0).Order().ToList();
            if (missing.Count > 0)
                gaps.Add(new Gap(window.From, window.To, GapCause.SeesNotAll,
                    $"no line came from {Named(missing)}, which wrote in the hour before"));
            if (seen.Count > 1) notes.Add($"lines came from {Named([.. seen.Order()])}");
            if (before.Count > 0) return;
        }
        else if (seen.Count > 0)
        {
            return;
        }

        var page = new LokiPage();
        await client.RangeAsync(page, from - LokiTime.Length(LongBefore), from, 1, cancel, isBackward: true).ConfigureAwait(false);
        if (page.Entries.Length > 0) return;
        if (nodes.Values.Where(node => node.Handed > 0).Min(node => node.First) is not { } first)
            gaps.Add(new Gap(window.From, window.To, GapCause.NoLog, "Loki has no line for LOKI_QUERY, and none of the day before"));
        else if (first > window.From)
            gaps.Add(new Gap(window.From, first, GapCause.BeginsLater, WindowText.BeginsAt(first, window)));
    }

    private static string Named(IReadOnlyList<string> nodes) =>
        string.Join(", ", nodes.Take(MostNamed).Select(node => UntrustedText.Visible(node, 60)))
        + (nodes.Count > MostNamed ? $" and {nodes.Count - MostNamed} more" : "");

    private void AddGap(long from, long to, string why) =>
        gaps.Add(new Gap(LokiTime.ToTime(from), LokiTime.ToTime(to).AddTicks(1), GapCause.Dropped, why));

    private Coverage Conclude()
    {
        List<Coverage> all = [.. nodes.Values.Select(node => node.Conclude(Console))];
        return new Coverage(
            window, [], [.. all.SelectMany(one => one.Notes).Concat(notes).Distinct()], all.Sum(one => one.LinesRead),
            all.Sum(one => one.LinesNotUnderstood)).With(all.SelectMany(one => one.Gaps).Concat(gaps)) with
        {
            Unreached = unreached,
        };
    }

    private const string Console =
        "Grafana's lines in Loki are in the console format, which has no year and no zone: set 'format = text' (or json) in the section "
        + "of grafana.ini whose output is shipped, and restart Grafana.";
}
