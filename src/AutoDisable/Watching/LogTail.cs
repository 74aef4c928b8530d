using System.Threading.Channels;
using Athena.AutoDisable.Evidence;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.AutoDisable.Watching;

/// <summary>
/// Follows the log on a thread of its own and hands batches to the gate's inbox. A log that does not tell of news is looked at every 10 ms,
/// which adds 5 ms to the reaction on average.
/// </summary>
internal sealed class LogTail : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// While nothing is written, a longer pause makes waiting cheaper. Whoever signs up loads pages first: those are lines.
    /// </summary>
    private static readonly TimeSpan QuietPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan QuietAfter = TimeSpan.FromSeconds(2);

    /// <summary>How often a position without events is passed on, so that a restart does not read far back.</summary>
    private static readonly TimeSpan PositionInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A start behind a long absence waits for the log no longer: who is new the user list tells, and who is locked too early has a line
    /// that is still to be read.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string NotCaughtUp = "What was written while we were away has not been read up to the present yet.";

    private readonly ILogFollower follower;
    private readonly LogWatch watch;
    private readonly TimeProvider time;
    private readonly ChannelWriter<object> inbox;
    private readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread thread;
    private readonly Lock turn = new();
    private bool isLate;
    private volatile bool isStopping;

    public LogTail(ILogFollower follower, LogWatch watch, LogPosition? position, ChannelWriter<object> inbox, TimeProvider time)
    {
        this.follower = follower;
        this.watch = watch;
        this.inbox = inbox;
        this.time = time;
        thread = new Thread(() => Follow(position)) { IsBackground = true, Name = "log" };
    }

    /// <summary>Told of each batch with events just before it is handed over, on the thread of the log.</summary>
    public Action<LogBatch>? Announce { get; set; }

    public void Start() => thread.Start();

    /// <summary>
    /// Until everything written before the start has been handed over, or nothing can be read; but not for longer than half a minute. Then
    /// the batches say that the log is not seen, until it is.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        try
        {
            await caughtUp.Task.WaitAsync(Patience, time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (turn)
            {
                if (caughtUp.Task.IsCompleted) return;
                isLate = true;
                inbox.TryWrite(new LogBatch([], null, null, NotCaughtUp)); // A read that hangs brings no batch of its own.
            }
        }
    }

    public void Dispose()
    {
        isStopping = true;
        if (thread.IsAlive) thread.Join(TimeSpan.FromSeconds(1));
        follower.Dispose();
    }

    private void Follow(LogPosition? position)
    {
        try
        {
            var continuity = follower.Open(position);
            if (position is not null || !continuity.IsContinuous)
                lock (turn) inbox.TryWrite(new LogBatch([], null, continuity, isLate ? NotCaughtUp : null));
            string? problem = null;
            var lastPosted = time.GetTimestamp();
            var lastLine = lastPosted;
            while (!isStopping)
            {
                var read = follower.Read(watch.OnLine);
                lock (turn)
                {
                    var isBehind = isLate && read.Lines > 0;
                    var isNews = read.Gap is not null || read.Problem != problem || isLate != isBehind;
                    var events = watch.TakeEvents();
                    if (events.Count > 0 || isNews || (read.Lines > 0 && time.GetElapsedTime(lastPosted) >= PositionInterval))
                    {
                        problem = read.Problem;
                        lastPosted = time.GetTimestamp();
                        var batch = new LogBatch(events, read.Position, read.Gap, problem ?? (isBehind ? NotCaughtUp : null));
                        if (events.Count > 0) Announce?.Invoke(batch);
                        inbox.TryWrite(batch);
                    }

                    isLate = isBehind;
                    if (read.Lines == 0) caughtUp.TrySetResult();
                }

                if (read.Lines > 0)
                {
                    lastLine = time.GetTimestamp();
                    continue;
                }

                follower.Wait(time.GetElapsedTime(lastLine) < QuietAfter ? Pause : QuietPause);
            }
        }
        catch (Exception e)
        {
            // A fault here is a bug: it ends the daemon by way of the gate, which systemd starts again.
            caughtUp.TrySetException(e);
            inbox.TryComplete(e);
        }
    }
}

/// <summary>What one look at the log brought.</summary>
/// <param name="Events">In the log's order.</param>
/// <param name="Position">Where the log has been read to with these events; null when unknown.</param>
/// <param name="Continuity">
/// Set at a start, and when something may have been missed: then the whole list is looked at. Null when it simply goes on.
/// </param>
/// <param name="Problem">Why the log cannot be read; null when it can.</param>
internal sealed record LogBatch(IReadOnlyList<LogEvent> Events, LogPosition? Position, LogContinuity? Continuity, string? Problem)
{
    /// <summary>This batch and the one that followed it, as one.</summary>
    public LogBatch Then(LogBatch next) => new(
        Events.Count == 0 ? next.Events : next.Events.Count == 0 ? Events : [.. Events, .. next.Events],
        next.Position ?? Position,
        next.Continuity is { IsContinuous: false } ? next.Continuity : Continuity ?? next.Continuity,
        next.Problem);
}
