namespace Athena.Common.GrafanaLog.Sources.LokiSource;

/// <summary>
/// Reads a span of Loki's time page by page. Loki cuts a page where it is full, also between entries of the same time, so the next one
/// begins at the last time and what was handed out of that time is left out (docs/loki.md).
/// </summary>
/// <param name="onEntry">Takes one entry; what it throws comes out.</param>
/// <param name="onLost">Told of a time of which there is more than can be asked for.</param>
internal sealed class LokiPager(LokiClient client, LokiEntryHandler onEntry, Action<long> onLost)
{
    /// <summary>No longer span is asked for at once; Loki refuses one above <c>max_query_length</c>, 30 days by default.</summary>
    private const long LongestSpan = 24 * 3600 * Nanoseconds;

    /// <summary>What is refused even for so short a span and so few entries is refused for another reason.</summary>
    private const long ShortestSpan = 10 * Nanoseconds;
    private const int FewestEntries = 50;
    private const long Nanoseconds = 1_000_000_000;
    private const int MostDoubts = 1;

    private readonly LokiPage page = new();
    private Dictionary<ulong, int> handed = [];
    private Dictionary<ulong, int> next = [];
    private long span = LongestSpan;
    private int limit = LokiClient.MostEntries;
    private int doubts;

    /// <summary>Up to where everything was handed out, in nanoseconds since 1970: where it stopped when it threw.</summary>
    public long At { get; private set; }

    /// <summary>Tells entries apart, whatever labels Loki shows with them.</summary>
    public static ulong HashOf(long at, ReadOnlySpan<byte> line)
    {
        var hash = 14695981039346656037UL ^ (ulong)at;
        foreach (var one in line) hash = (hash ^ one) * 1099511628211UL;
        return hash;
    }

    /// <exception cref="LokiException">It could not be read to its end.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task ReadAsync(long from, long to, CancellationToken cancel)
    {
        At = from;
        handed.Clear();
        while (At < to)
        {
            var end = Math.Min(to, At + span);
            try
            {
                await client.RangeAsync(page, At, end, limit, cancel).ConfigureAwait(false);
            }
            catch (LokiException e) when (TryAskForLess(e, end))
            {
                continue;
            }

            GoOn(end);
        }
    }

    /// <returns>False where nothing less is to be asked for.</returns>
    private bool TryAskForLess(LokiException fault, long end)
    {
        // What may have been too much, and may be a Loki that is away, is tried once more: whoever reads windows has other work to do.
        if (!fault.IsTooMany && !fault.IsTooMuch && (!(fault.IsHung || fault.IsPassing) || ++doubts > MostDoubts)) return false;
        if (!fault.IsTooMany && span > ShortestSpan) span = Math.Min(span, end - At) / 2;
        else if (limit > FewestEntries) limit /= 2;
        else return false;
        return true;
    }

    private void GoOn(long end)
    {
        var isFull = page.Entries.Length >= limit;
        var last = isFull ? page.Entries[^1].At : end;
        HandOut(last);
        if (isFull && last == At)
        {
            onLost(At);
            next.Clear();
            last++;
        }

        At = last;
        (handed, next) = (next, handed);
    }

    /// <param name="last">Of this time the next page may bring the same again.</param>
    private void HandOut(long last)
    {
        next.Clear();
        foreach (ref readonly var entry in page.Entries)
        {
            var line = page.Line(in entry);
            if (entry.At == At || entry.At == last)
            {
                var hash = HashOf(entry.At, line);
                if (entry.At == last) next[hash] = next.GetValueOrDefault(hash) + 1;
                if (handed.TryGetValue(hash, out var times) && times > 0)
                {
                    handed[hash] = times - 1;
                    continue;
                }
            }

            onEntry(in entry, line);
        }
    }
}

/// <summary>Takes one entry and its line, which are valid only during the call.</summary>
internal delegate void LokiEntryHandler(in LokiEntry entry, ReadOnlySpan<byte> line);
