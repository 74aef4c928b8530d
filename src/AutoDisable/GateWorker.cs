using System.Threading.Channels;
using Athena.AutoDisable.Watching;
using Athena.Common.Hosting;
using Athena.Common.Logs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>
/// The daemon's loop: takes log batches and commands from one inbox, looks at the whole list when it is time, and steps open matters on.
/// Everything that touches the gate runs here, one after the other.
/// </summary>
internal sealed class GateWorker : BackgroundService
{
    private static readonly TimeSpan WorkInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromHours(24);

    private readonly GateSite site;
    private readonly TimeSpan pollInterval;
    private readonly StatusReport report;
    private readonly ServiceStatus status;
    private readonly Heartbeat heartbeat;
    private readonly TimeProvider time;
    private readonly ILogger<GateWorker> logger;
    private readonly Channel<object> inbox = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly LogTail tail;
    private DateTimeOffset nextLook;
    private DateTimeOffset nextHousekeeping;
    private int failedLooks;

    public GateWorker(
        GateSite site, ILogFollower log, TimeSpan pollInterval, StatusReport report, ServiceStatus status, Heartbeat heartbeat, TimeProvider time, ILogger<GateWorker> logger)
    {
        this.site = site;
        this.pollInterval = pollInterval;
        this.report = report;
        this.status = status;
        this.heartbeat = heartbeat;
        this.time = time;
        this.logger = logger;
        var gate = site.Gate;
        var watch = new LogWatch(gate.Memory.IsKnownId, gate.Memory.IsAtDoor, () => gate.Gate.OurLogId);
        tail = new LogTail(log, watch, gate.Memory.State.Log, inbox.Writer, time);
    }

    /// <summary>Runs a command in its turn; safe from any thread.</summary>
    public Task<ControlReply> AskAsync(ControlRequest request, CancellationToken cancel)
    {
        if (request.Command == "status") return Task.FromResult(report.Write());
        var call = new CommandCall(request, new TaskCompletionSource<ControlReply>(TaskCreationOptions.RunContinuationsAsynchronously));
        return inbox.Writer.TryWrite(call)
            ? call.Answer.Task.WaitAsync(cancel)
            : Task.FromResult(new ControlReply(ExitCode.Fault, "The daemon is stopping."));
    }

    public override void Dispose()
    {
        tail.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        tail.Start();

        // What was decided while we were away comes before anything that we decide now.
        await tail.CaughtUp.WaitAsync(stoppingToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                heartbeat.Beat();
                while (inbox.Reader.TryRead(out var item)) await TakeAsync(item, stoppingToken).ConfigureAwait(false);
                await LookIfDueAsync(stoppingToken).ConfigureAwait(false);
                await site.Gate.Gate.WorkAsync(stoppingToken).ConfigureAwait(false);
                Housekeep();
                report.Refresh();
                status.Say(report.Sentence());
                await WaitAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        finally
        {
            inbox.Writer.TryComplete();
            site.Gate.Gate.Close();
        }
    }

    private async Task TakeAsync(object item, CancellationToken cancel)
    {
        switch (item)
        {
            case LogBatch batch:
                await site.Gate.Gate.HandleAsync(batch, cancel).ConfigureAwait(false);
                break;
            case CommandCall call:
                try
                {
                    call.Answer.SetResult(await site.Gate.Commands.ExecuteAsync(call.Request, cancel).ConfigureAwait(false));
                }
                catch (Exception e)
                {
                    call.Answer.TrySetException(e);
                    throw;
                }

                break;
        }
    }

    private async Task LookIfDueAsync(CancellationToken cancel)
    {
        var gate = site.Gate.Gate;
        var now = time.GetUtcNow();
        if (!gate.IsLookWanted && now < nextLook) return;

        var before = gate.LastLook;
        await gate.LookAsync(cancel).ConfigureAwait(false);
        var succeeded = gate.LastLook != before;
        failedLooks = succeeded ? 0 : failedLooks + 1;
        if (succeeded && before is null)
            logger.Event(GateEvents.Looked, $"First complete look done: {site.Gate.Memory.Book.All.Count} accounts known. Following {report.LogSource}.");

        // After a failure sooner than usual, because people may get in again before we do: 1 s, 2 s, 4 s…
        var pause = succeeded ? pollInterval : TimeSpan.FromSeconds(Math.Min(pollInterval.TotalSeconds, Math.Pow(2, Math.Min(failedLooks - 1, 10))));
        nextLook = now + pause;
    }

    private void Housekeep()
    {
        if (site.Audit.Waiting > 0) site.Audit.Flush(); // The disk refused; perhaps it does no more.
        var now = time.GetUtcNow();
        if (now < nextHousekeeping) return;
        nextHousekeeping = now + HousekeepingInterval;
        site.Audit.Trim();
    }

    /// <summary>Until something is in the inbox, or open matters are to be looked at again.</summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(WorkInterval);
        try
        {
            if (!await inbox.Reader.WaitToReadAsync(patience.Token).ConfigureAwait(false)) await inbox.Reader.Completion.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Nothing came; time to step on.
        }
    }
}
