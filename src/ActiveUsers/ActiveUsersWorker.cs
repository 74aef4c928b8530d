using System.Threading.Channels;
using Athena.ActiveUsers.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers;

/// <summary>
/// The daemon's loop: a step of the cycle, then the commands that wait, until something is due again. All of it one after the other.
/// </summary>
internal sealed class ActiveUsersWorker(
    ActiveUsersSite site, Commands commands, ActiveUsersStatus report, ServiceStatus status, Heartbeat heartbeat, TimeProvider time,
    ILogger<ActiveUsersWorker> logger) : BackgroundService
{
    /// <summary>The watchdog wants a sign of life, and a clock that is set must not make us sleep over it.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromHours(24);

    private readonly Channel<CommandCall> inbox = Channel.CreateUnbounded<CommandCall>();
    private DateTimeOffset nextHousekeeping;

    /// <summary>Runs a command in its turn; safe from any thread.</summary>
    public Task<ControlReply> AskAsync(ControlRequest request, CancellationToken cancel) =>
        request.Command == "status"
            ? Task.FromResult(report.Write())
            : CommandCall.AskAsync(request, inbox.Writer.TryWrite, cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // A step takes many calls, and a Grafana that hangs or is slow must not look like a loop that does.
        site.Parts.Platform.Answered = heartbeat.Beat;
        site.Parts.Cycle.Begin();
        try
        {
            while (true)
            {
                heartbeat.Beat();
                Answer();
                await site.Parts.Cycle.StepAsync(stoppingToken).ConfigureAwait(false);
                Housekeep();
                report.Refresh();
                status.Say(report.Sentence(), report.IsAtWork);
                await WaitAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        finally
        {
            inbox.Writer.TryComplete();
            while (inbox.Reader.TryRead(out var call))
                call.Answer.TrySetResult(new ControlReply(ExitCode.Fault, "The daemon is stopping."));
        }
    }

    /// <summary>A fault in a command is told to whoever gave it; the daemon goes on.</summary>
    private void Answer()
    {
        while (inbox.Reader.TryRead(out var call))
        {
            try
            {
                call.Answer.TrySetResult(commands.Execute(call.Request));
            }
            catch (Exception e)
            {
                logger.LogError(e, "The command {Command} failed; this is a bug, please report it.", call.Request.Command);
                call.Answer.TrySetResult(new ControlReply(
                    ExitCode.Fault, $"The command failed: {e.Message} This is a bug; the journal has the details."));
            }
        }
    }

    private void Housekeep()
    {
        if (site.Audit.Waiting > 0) site.Audit.Flush(); // The disk refused; perhaps it does no more.
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextHousekeeping, now, HousekeepingInterval)) return;
        nextHousekeeping = now + HousekeepingInterval;
        site.Audit.Trim();
    }

    /// <summary>Until the next thing is due or a command comes.</summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        var sleep = site.Parts.Cycle.NextAt - time.GetUtcNow();
        if (sleep <= TimeSpan.Zero) return;
        using var patience = new CancellationTokenSource(sleep < LongestSleep ? sleep : LongestSleep, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            await inbox.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Nothing came; something is due.
        }
    }
}
