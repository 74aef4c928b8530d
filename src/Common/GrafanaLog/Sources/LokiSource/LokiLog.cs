using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Sources.LokiSource;

/// <summary>
/// Follows the lines that come to a Loki. It tells of them by its tail; but what the tail gives "is best-effort" (Loki's documentation), so
/// each beginning, and every half minute, is read as a range, and where there is no tail a range is all that is asked, every second.
/// </summary>
/// <remarks>
/// The network is a task of its own; whoever reads takes what came. A line that was read may be handed over again after a restart only if
/// Loki gives two entries the same time.
/// </remarks>
internal sealed class LokiLog : ILogFollower
{
    private const long BytesPerRead = 4 * 1024 * 1024;
    private const int LongestFrame = 32 * 1024 * 1024;

    /// <summary>As many entries are remembered, to tell one that comes by tail and by range.</summary>
    private const int MostRemembered = 50_000;

    /// <summary>A place names the entries of its very time; more than these have none.</summary>
    private const int MostNamed = 16;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    /// <summary>What comes later than this behind what is newer is not looked for.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(60);

    /// <summary>Where the tail was refused it is tried again after so long.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>A Grafana that runs writes every ten minutes: a longer hole may have held lines that Loki does not keep any more.</summary>
    private static readonly TimeSpan LongestHole = TimeSpan.FromMinutes(20);

    /// <summary>Loki's clock and that of whoever ships the lines may be ahead of ours.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    private readonly LokiAccess access;
    private readonly TimeProvider time;
    private readonly LineTally tally = new();
    private readonly LokiLines lines = new();
    private readonly LokiPage page = new();
    private readonly RecentEntries recent = new(MostRemembered);
    private readonly List<ulong> named = [];

    private LokiInbox inbox;
    private CancellationTokenSource? stop;
    private Task running = Task.CompletedTask;
    private LogPosition? position;
    private long at;
    private long holeFrom;
    private long floor;
    private long reachedTo;

    public LokiLog(LokiAccess access, string source, TimeProvider time)
    {
        (this.access, this.time, inbox) = (access, time, new LokiInbox(time));
        Source = source;
    }

    /// <summary>As in <see cref="LogPosition.Source"/>.</summary>
    public string Source { get; }

    /// <inheritdoc/>
    public LogContinuity Open(LogPosition? position)
    {
        Close();
        inbox = new LokiInbox(time);
        this.position = position;
        tally.LastLineAt = position?.LastLineAt;
        named.Clear();
        var now = time.GetUtcNow();
        LogContinuity? gap = null;
        (at, holeFrom) = (LokiTime.Of(now), 0);
        if (position is not null && position.Source == Source && TryPlace(position.Cursor, out var last, named))
        {
            at = holeFrom = last;
            foreach (var hash in named) recent.TryAdd(hash);
        }
        else if (position is not null)
        {
            gap = new LogContinuity(
                false, position.LastLineAt, now, $"The log that is read was {position.Source} before and is {Source} now.");
            at = LokiTime.Of(position.LastLineAt ?? now);
        }

        floor = reachedTo = at;
        this.position = Place(position?.LastLineAt);
        stop = new CancellationTokenSource();
        var token = stop.Token;
        running = Task.Run(() => RunAsync(token), CancellationToken.None);
        return gap ?? LogContinuity.Continuous;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The first call waits until what was written before begins to come, or Loki refuses, and no longer than ten seconds.
    /// </remarks>
    public LogRead Read(LineHandler onLine)
    {
        if (stop is null) throw new InvalidOperationException($"{nameof(Open)} was not called.");
        tally.BeginRead();
        inbox.AwaitFirst();
        var budget = BytesPerRead;
        while (budget > 0 && inbox.TryTake(out var entry))
        {
            onLine(entry.Line);
            tally.Count(entry.Line);
            budget -= entry.Line.Length;
            NotePlace(entry);
        }

        if (tally.Lines > 0) position = Place(tally.LastLineAt);
        var gap = inbox.TakeGap();
        return new LogRead(tally.Lines, position, gap, inbox.Problem);
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan pause) => inbox.Wait(pause);

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>What follows has ended then: it and whoever follows anew would share what they remember.</summary>
    private void Close()
    {
        stop?.Cancel();
        inbox.Close();
        running.GetAwaiter().GetResult();
        stop?.Dispose();
        stop = null;
    }

    private void NotePlace(LokiArrival entry)
    {
        if (entry.At < at) return; // Out of order.
        if (entry.At > at) named.Clear();
        at = entry.At;
        if (named.Count < MostNamed) named.Add(entry.Hash);
    }

    private LogPosition Place(DateTimeOffset? lastLineAt) => LogPosition.ByCursor(
        Source, string.Create(CultureInfo.InvariantCulture, $"{at}:{string.Join(',', named.Select(hash => hash.ToString("x16")))}"),
        lastLineAt);

    private static bool TryPlace(string? cursor, out long at, List<ulong> named)
    {
        var parts = (cursor ?? "").Split(':');
        if (!long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out at)) return false;
        foreach (var text in parts.Skip(1).SelectMany(part => part.Split(',')))
            if (ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash)) named.Add(hash);
        return true;
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        var (failed, refusedAt) = (0, (long?)null);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                using var client = new LokiClient(access, time);
                var isToTry = refusedAt is not { } last || time.GetElapsedTime(last) >= RefusedPause;
                using var tail = isToTry ? await client.TailAsync(LokiTime.Of(time.GetUtcNow()), cancel).ConfigureAwait(false) : null;
                if (isToTry) refusedAt = tail is null ? time.GetTimestamp() : null;

                // Behind the opening of the tail, so that nothing falls between the two.
                await SweepAsync(client, cancel).ConfigureAwait(false);
                failed = 0;
                inbox.SetWell();
                if (tail is null) await PollAsync(client, cancel).ConfigureAwait(false);
                else await TakeFramesAsync(client, tail, cancel).ConfigureAwait(false);
            }
            catch (LokiException fault)
            {
                inbox.SetProblem($"{char.ToUpperInvariant(fault.Message[0])}{fault.Message[1..]}.");
                await PauseAsync(++failed, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is WebSocketException or JsonException or IOException)
            {
                await PauseAsync(++failed, cancel).ConfigureAwait(false); // The tail broke off: it goes on where it was.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                inbox.SetFault(e);
                return;
            }
        }
    }

    private async Task PauseAsync(int failed, CancellationToken cancel)
    {
        try
        {
            var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, failed * failed));
            await Task.Delay(failed == 1 ? TimeSpan.FromMilliseconds(200) : pause, time, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    /// <summary>Reads what came since the last time, and a little before, as a range.</summary>
    private async Task SweepAsync(LokiClient client, CancellationToken cancel)
    {
        var now = LokiTime.Of(time.GetUtcNow());
        var pager = new LokiPager(client, Take, lost => inbox.AddGap(new LogContinuity(
            false, LokiTime.ToTime(lost), LokiTime.ToTime(lost), "More lines have one time than Loki gives at once.")));
        try
        {
            var from = Math.Max(floor, reachedTo - LokiTime.Length(Overlap));
            await pager.ReadAsync(from, now + LokiTime.Length(Ahead), cancel).ConfigureAwait(false);
        }
        finally
        {
            reachedTo = Math.Max(reachedTo, Math.Min(now, pager.At)); // What was read of a long absence is not read again.
        }
    }

    private async Task PollAsync(LokiClient client, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < RefusedPause)
        {
            await Task.Delay(PollInterval, time, cancel).ConfigureAwait(false);
            await SweepAsync(client, cancel).ConfigureAwait(false);
        }
    }

    private async Task TakeFramesAsync(LokiClient client, WebSocket tail, CancellationToken cancel)
    {
        var frame = new ArrayBufferWriter<byte>(64 * 1024);
        var receiving = ReceiveAsync(tail, frame, cancel);
        while (true)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var pause = Task.Delay(SweepInterval, time, enough.Token);
            var first = await Task.WhenAny(receiving, pause).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
            if (first == receiving)
            {
                if (!await receiving.ConfigureAwait(false)) return; // Ended by Loki, as when it restarts.
                TakeFrame(frame.WrittenSpan);
                if (page.Dropped > 0) await SweepAsync(client, cancel).ConfigureAwait(false);
                receiving = ReceiveAsync(tail, frame, cancel);
            }
            else
            {
                cancel.ThrowIfCancellationRequested();
                await SweepAsync(client, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <returns>False when the other side ended it.</returns>
    private static async Task<bool> ReceiveAsync(
        WebSocket tail, ArrayBufferWriter<byte> frame, CancellationToken cancel)
    {
        frame.ResetWrittenCount();
        while (true)
        {
            var part = await tail.ReceiveAsync(frame.GetMemory(16 * 1024), cancel).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close) return false;
            frame.Advance(part.Count);
            if (part.EndOfMessage) return true;
            if (frame.WrittenCount > LongestFrame) throw new IOException("a frame of the tail is longer than is read");
        }
    }

    private void TakeFrame(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty) return; // A metric query is answered so (recorded); the range tells what is wrong with it.
        page.Read(frame);
        if (page.Dropped > 0)
            inbox.AddGap(new LogContinuity(
                false, page.DroppedFrom == 0 ? null : LokiTime.ToTime(page.DroppedFrom), time.GetUtcNow(),
                $"Loki dropped {page.Dropped} lines of the tail, because they were more than it sends."));
        foreach (ref readonly var entry in page.Entries) Take(in entry, page.Line(in entry));
    }

    private void Take(in LokiEntry entry, ReadOnlySpan<byte> line)
    {
        var hash = LokiPager.HashOf(entry.At, line);
        if (!recent.TryAdd(hash)) return;
        var (from, to) = (holeFrom, entry.At);
        if (from > 0 && to - from > LokiTime.Length(LongestHole))
            inbox.AddGap(new LogContinuity(
                false, LokiTime.ToTime(from), LokiTime.ToTime(to),
                "Loki has no line of that time: Grafana was stopped, or what it wrote is not kept there."));
        holeFrom = 0;
        var entryAt = entry.At;
        lines.Take(entry.Stream, line, whole => inbox.Put(new LokiArrival(entryAt, hash, whole.ToArray())));
    }
}
