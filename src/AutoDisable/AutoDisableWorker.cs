using System.Threading.Channels;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Telemetry;
using Athena.AutoDisable.Watching;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Probes;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>
/// The daemon's loop: takes log batches and commands from one inbox, uses the whole list when it has come, and steps open matters on.
/// Everything that touches the gate runs here, one after the other; only the question for the list goes on beside it.
/// </summary>
internal sealed class AutoDisableWorker : BackgroundService
{
    private static readonly TimeSpan WorkInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>When nobody is being locked, what may be due (a digest, an approval to be tried again) can wait this long.</summary>
    private static readonly TimeSpan QuietInterval = TimeSpan.FromSeconds(1);

    /// <summary>A list that takes longer is not asked for again before as much time has passed.</summary>
    private static readonly TimeSpan LongReading = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromHours(24);

    /// <summary>
    /// How often the memory that a start, a large mail or a flood of sign-ups left behind is given back; the first time soon.
    /// </summary>
    private static readonly TimeSpan GiveBackInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstGiveBack = TimeSpan.FromMinutes(1);

    /// <summary>How often it is read off what Grafana's clock shows, and how often while that has not been possible.</summary>
    private static readonly TimeSpan AskingInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstAskingInterval = TimeSpan.FromMinutes(1);

    /// <summary>How long what was decided while we were away waits until it is known by which clock it was written.</summary>
    private static readonly TimeSpan ClockPatience = TimeSpan.FromSeconds(1);

    /// <summary>In the inbox it wakes the loop, and says nothing else.</summary>
    private static readonly object ListHasCome = new();

    private readonly AutoDisableSite site;
    private readonly TimeSpan pollInterval;
    private readonly AutoDisableStatus report;
    private readonly ServiceStatus status;
    private readonly Heartbeat heartbeat;
    private readonly TimeProvider time;
    private readonly ILogger<AutoDisableWorker> logger;
    private readonly Channel<object> inbox = Channel.CreateUnbounded<object>(new UnboundedChannelOptions());
    private readonly LogTail tail;
    private readonly CoverageProbe probe;
    private Task<ListReading>? reading;
    private Task<BornLockedReading>? visiting;
    private Task? releasing;
    private Task? listening;
    private Task? asking;
    private DateTimeOffset nextAsking;
    private long readAt;
    private TimeSpan lastReading;
    private DateTimeOffset nextLook;
    private DateTimeOffset nextHousekeeping;
    private DateTimeOffset nextGiveBack;
    private int failedLooks;
    private bool saidFirstLook;
    private bool? isMarked;

    public AutoDisableWorker(
        AutoDisableSite site, ILogFollower log, TimeSpan pollInterval, AutoDisableStatus report, ServiceStatus status, Heartbeat heartbeat,
        TimeProvider time, ILogger<AutoDisableWorker> logger)
    {
        this.site = site;
        this.pollInterval = pollInterval;
        this.report = report;
        this.status = status;
        this.heartbeat = heartbeat;
        this.time = time;
        this.logger = logger;
        var gate = site.Gate;
        probe = new CoverageProbe(site.Door, time, gate.Clock.Ask);
        nextGiveBack = time.GetUtcNow() + FirstGiveBack;
        tail = new LogTail(log, site.Watch(), gate.Memory.State.Log, inbox.Writer, time);
    }

    /// <summary>Runs a command in its turn; safe from any thread.</summary>
    public Task<ControlReply> AskAsync(ControlRequest request, CancellationToken cancel) =>
        request.Command switch
        {
            "status" => Task.FromResult(report.Write()),
            WaitingMessages.Command => Task.FromResult(WaitingMessages.Hurry(site.Outbox, request)),
            _ => CommandCall.AskAsync(request, inbox.Writer.TryWrite, cancel),
        };

    public override void Dispose()
    {
        tail.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        tail.Start();
        AskForTheTime(stoppingToken);
        AskForTheList(stoppingToken); // It comes while the log is read; what the log tells of is not judged by it.
        listening = site.BornLockedListener?.ListenAsync(id => inbox.Writer.TryWrite(new BornSeen(id)), stoppingToken);

        // What was decided while we were away comes before anything that we decide now, unless reading it takes too long.
        await tail.CatchUpAsync(stoppingToken).ConfigureAwait(false);
        await site.Gate.Clock.Heard.WaitAsync(ClockPatience, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // While the gate is at work for one, the question who the next one is goes out already.
        tail.Announce = batch => _ = site.Gate.Gate.AskAheadAsync(batch, stoppingToken);
        try
        {
            while (true)
            {
                heartbeat.Beat();
                AskForTheTime(stoppingToken);
                await TakeWaitingAsync(stoppingToken).ConfigureAwait(false);
                await LookIfDueAsync(stoppingToken).ConfigureAwait(false);
                await VisitDatabaseIfDueAsync(stoppingToken).ConfigureAwait(false);
                site.Gate.Troubles.Note(site.Listener);
                var isMoreDue = await site.Gate.Gate.WorkAsync(stoppingToken, () => inbox.Reader.Count > 0).ConfigureAwait(false);
                await site.Gate.Gate.DrillIfDueAsync(stoppingToken).ConfigureAwait(false);
                Housekeep();
                GiveMemoryBack();
                site.ShowTroubles();
                report.Refresh();
                status.Say(report.Sentence(), report.IsWell);
                if (!isMoreDue) await WaitAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        finally
        {
            inbox.Writer.TryComplete();
            foreach (var task in (IEnumerable<Task?>)[listening, visiting, releasing])
                if (task is not null) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (asking is not null) await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (reading is not null) await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            site.Gate.Gate.Close();
        }
    }

    /// <summary>
    /// What waits by now, and no more: in a storm of sign-ups the list, the read-backs and the mails get their turn as well. Batches that
    /// wait are taken as one, so that a storm may be met with one look at the list instead of a look-up each. Commands come behind them:
    /// whoever has signed up is inside, whoever has typed a command can wait for a moment.
    /// </summary>
    private async Task TakeWaitingAsync(CancellationToken cancel)
    {
        LogBatch? batch = null;
        List<BornSeen> hints = [];
        List<CommandCall> calls = [];
        for (var waiting = inbox.Reader.Count; waiting > 0 && inbox.Reader.TryRead(out var item); waiting--)
        {
            if (item is LogBatch next) batch = batch is null ? next : batch.Then(next);
            else if (item is BornSeen hint) hints.Add(hint);
            else if (item is CommandCall call) calls.Add(call);
        }

        if (batch is not null) await site.Gate.Gate.HandleAsync(batch, cancel).ConfigureAwait(false);
        if (hints.Count > 0) await site.Gate.Gate.HandleAsync(hints, cancel).ConfigureAwait(false);
        foreach (var call in calls) await AnswerAsync(call, cancel).ConfigureAwait(false);
    }

    /// <summary>A fault in a command is told to whoever gave it; the gate goes on.</summary>
    private async Task AnswerAsync(CommandCall call, CancellationToken cancel)
    {
        try
        {
            call.Answer.TrySetResult(await site.Gate.Commands.ExecuteAsync(call.Request, cancel).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            call.Answer.TrySetResult(new ControlReply(ExitCode.Fault, "The daemon is stopping; what was begun goes on at the next start."));
            throw;
        }
        catch (Exception e)
        {
            logger.LogError(e, "The command {Command} failed; this is a bug, please report it.", call.Request.Command);
            call.Answer.TrySetResult(new ControlReply(
                ExitCode.Fault, $"The command failed: {e.Message} This is a bug; the journal has the details."));
        }
    }

    /// <summary>Sends a probe when it is due; what its line says is taken where the log is read. Nothing waits for it.</summary>
    private void AskForTheTime(CancellationToken cancel)
    {
        var pause = site.Gate.Clock.Heard.IsCompleted ? AskingInterval : FirstAskingInterval;
        if (asking is { IsCompleted: false } || !Deadline.IsDue(nextAsking, time.GetUtcNow(), pause)) return;
        nextAsking = time.GetUtcNow() + pause;
        asking = ProbeAsync(cancel);
    }

    private async Task ProbeAsync(CancellationToken cancel)
    {
        var (sent, _) = await probe.SendAsync(cancel).ConfigureAwait(false);
        if (sent.AnsweredAt is not null) site.Gate.Clock.Answered(sent.Nonce);
    }

    /// <summary>Uses the list when it has come, and asks for the next one when that is due.</summary>
    private async Task LookIfDueAsync(CancellationToken cancel)
    {
        if (reading is { IsCompleted: true })
        {
            var list = await reading.ConfigureAwait(false);
            reading = null;
            (lastReading, readAt) = (time.GetElapsedTime(readAt), time.GetTimestamp());
            await UseListAsync(list, cancel).ConfigureAwait(false);
        }

        if (reading is not null || (!site.Gate.Gate.IsLookWanted && !Deadline.IsDue(nextLook, time.GetUtcNow(), pollInterval))) return;
        if (lastReading > LongReading && time.GetElapsedTime(readAt) < lastReading) return; // Grafana must come to its other work as well.
        AskForTheList(cancel);
    }

    private void AskForTheList(CancellationToken cancel)
    {
        readAt = time.GetTimestamp();
        reading = site.Gate.Gate.ReadListAsync(cancel);
        _ = reading.ContinueWith(
            _ => inbox.Writer.TryWrite(ListHasCome), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Reads in Grafana's database beside all other work: it may be slow, and nobody waits for it.</summary>
    private async Task VisitDatabaseIfDueAsync(CancellationToken cancel)
    {
        if (site.Gate.BornLocked.IsThere is { } isThere && isThere != isMarked)
            BornLockedMarker.Set(site.StateFolder, (isMarked = isThere).Value);
        if (site.BornLockedListener is null) return;
        var reconciler = site.Gate.Gate;
        if (visiting is { IsCompleted: true })
        {
            var visit = await visiting.ConfigureAwait(false);
            visiting = null;
            var released = await reconciler.UseBornLockedAsync(visit).ConfigureAwait(false);
            if (released.Count > 0 && releasing is null or { IsCompleted: true })
                releasing = site.Gate.BornLocked.ReleaseAsync(released, cancel);
        }

        if (visiting is null && await reconciler.BornLockedDueAsync().ConfigureAwait(false) is { } read)
            visiting = Task.Run(() => read(cancel), cancel);
    }

    private async Task UseListAsync(ListReading list, CancellationToken cancel)
    {
        var reconciler = site.Gate.Gate;
        var before = reconciler.LastLook;
        await reconciler.UseListAsync(list, cancel).ConfigureAwait(false);
        var succeeded = reconciler.LastLook != before || reconciler.LastLook > list.Began; // The latter by a command's own look, meanwhile.
        failedLooks = succeeded ? 0 : failedLooks + 1;
        if (succeeded && !saidFirstLook)
        {
            // Not "before is null": a command that came first has looked already, and nobody would ever be told.
            saidFirstLook = true;
            logger.Event(AutoDisableEvents.Looked,
                $"First complete look done: {site.Gate.Memory.Book.All.Count} accounts known. Following {report.LogSource}.");
        }

        // After a failure sooner than usual, because people may get in again before we do: 1 s, 2 s, 4 s…
        var pause = succeeded
            ? pollInterval
            : TimeSpan.FromSeconds(Math.Min(pollInterval.TotalSeconds, Math.Pow(2, Math.Min(failedLooks - 1, 10))));
        nextLook = time.GetUtcNow() + pause;
    }

    private void Housekeep()
    {
        if (site.Audit.Waiting > 0) site.Audit.Flush(); // The disk refused; perhaps it does no more.
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextHousekeeping, now, HousekeepingInterval)) return;
        nextHousekeeping = now + HousekeepingInterval;
        site.Audit.Trim();
    }

    /// <summary>
    /// Large garbage lies until a full collection, which a daemon that allocates so little may not come to for days. Takes 10 ms.
    /// </summary>
    private void GiveMemoryBack()
    {
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextGiveBack, now, GiveBackInterval)) return;
        nextGiveBack = now + GiveBackInterval;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Until something is in the inbox, or open matters are to be looked at again.</summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(site.Gate.Gate.IsLocking ? WorkInterval : QuietInterval);

        // Mostly nothing comes, each second: nothing is thrown for that.
        var news = inbox.Reader.WaitToReadAsync(patience.Token).AsTask();
        await ((Task)news).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
        if (!news.IsCanceled && !await news.ConfigureAwait(false)) await inbox.Reader.Completion.ConfigureAwait(false);
    }
}
