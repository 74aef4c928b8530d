using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Probes;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Athena.Compliance.CommandLine;
using Athena.Compliance.Evidence;
using Microsoft.Extensions.Hosting;

namespace Athena.Compliance;

/// <summary>
/// The daemon's loop: decides each window that is due, one after the other, sends a probe now and then, and sleeps until the next.
/// </summary>
internal sealed class ComplianceWorker(
    ComplianceSite site, WorkerContext<ComplianceSettings> context, ComplianceStatus report, ServiceStatus status, Heartbeat heartbeat)
        : BackgroundService
{
    /// <summary>The watchdog wants a sign of life, and a clock that is set must not make us sleep over it.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(20);

    /// <summary>While the disk refuses no window is decided; each try reads the log again.</summary>
    private static readonly TimeSpan PauseAfterProblem = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromHours(24);

    private readonly TimeProvider time = context.Time;
    private DateTimeOffset nextHousekeeping;
    private DateTimeOffset notBefore;
    private string? toldProblem;

    /// <summary>Safe from any thread.</summary>
    public Task<ControlReply> AskAsync(ControlRequest request, CancellationToken cancel) => Task.FromResult(
        request.Command switch
        {
            "status" => report.Write(),
            WaitingMessages.Command => WaitingMessages.Hurry(site.Outbox, request),
            var other => new ControlReply(ExitCode.Fault, $"The daemon does not know the command {other}."),
        });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // A window takes many calls, and a Grafana that hangs or is slow must not look like a loop that does.
        site.Platform.Answered = heartbeat.Beat;
        site.Ledger.Save(); // From now on it is known since when windows are ours.
        while (true)
        {
            heartbeat.Beat();
            await ProbeAsync(stoppingToken).ConfigureAwait(false);
            SaveAgain();
            var isDecided = Deadline.IsDue(notBefore, time.GetUtcNow(), PauseAfterProblem)
                && await DecideAsync(stoppingToken).ConfigureAwait(false);
            LookAround(stoppingToken);
            Housekeep(isDecided);
            site.ShowTroubles(time.GetUtcNow());
            report.Refresh();
            status.Say(report.Sentence(), report.IsWell);
            if (!isDecided) await SleepAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> DecideAsync(CancellationToken stop)
    {
        var evidence = await site.Ledger.StepAsync(stop).ConfigureAwait(false);
        if (evidence is not null) Follow(evidence);
        else if (site.Ledger.Problem is null && site.Summaries.Step()) site.Ledger.Save();
        TellOfProblem();
        return evidence is not null;
    }

    private void Follow(WindowEvidence evidence)
    {
        site.EventRecorder.Decided(evidence);
        report.Take(evidence);
        var isChanged = evidence.Finding is not null && site.Examiner.KnowsUsers && site.Setup.Take(evidence.Warnings, time.GetUtcNow());
        if (site.Platform.OwnId is { } own && own != site.State.OwnId)
        {
            site.State.OwnId = own;
            isChanged = true;
        }

        if (isChanged) site.Ledger.Save();
    }

    /// <summary>Perhaps there is room again: that is asked more often than a window is decided, which reads the log.</summary>
    private void SaveAgain()
    {
        if (site.Ledger.Problem is null) return;
        site.Ledger.Save();
        TellOfProblem();
    }

    /// <summary>Said on change. What could not be saved is tried again after a pause, or with the next window.</summary>
    private void TellOfProblem()
    {
        var problem = site.Ledger.Problem;
        notBefore = problem is null ? default : time.GetUtcNow() + PauseAfterProblem;
        if (problem == toldProblem) return;
        toldProblem = problem;
        if (problem is null) site.EventRecorder.Well();
        else site.EventRecorder.Trouble(problem);
    }

    /// <summary>Whether somebody else does the same work, or listens in Grafana's place; told on change.</summary>
    private void LookAround(CancellationToken stop)
    {
        if (site.Setup.TakeSurroundings(site.Surroundings(stop), time.GetUtcNow())) site.Ledger.Save();
    }

    private async Task ProbeAsync(CancellationToken stop)
    {
        if (!context.Settings.Probe || CoverageProbe.NextAt(site.State.Probes, time.GetUtcNow()) > time.GetUtcNow()) return;
        await site.ProbeAsync(stop).ConfigureAwait(false);
        site.Ledger.Save(); // A probe that is forgotten is only a little less to judge by.
    }

    private void Housekeep(bool isBusy)
    {
        if (site.Audit.Waiting > 0) site.Audit.Flush(); // The disk refused; perhaps it does no more.
        var now = time.GetUtcNow();
        if (isBusy || !Deadline.IsDue(nextHousekeeping, now, HousekeepingInterval) || context.Common.DryRun) return;
        nextHousekeeping = now + HousekeepingInterval;
        site.Audit.Trim();
        site.Book.Trim(now - context.Common.AuditKeep);
    }

    private Task SleepAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var until = now + LongestSleep;
        if (site.Ledger.NextDue(now) is { } due && due < until) until = due;
        return Task.Delay(until > now ? until - now : TimeSpan.Zero, time, stop);
    }
}
