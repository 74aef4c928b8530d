using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance;

/// <summary>
/// The daemon as one service: opens its site, then runs the loop, the outbox and the control socket until one of them fails or all are
/// asked to stop.
/// </summary>
internal sealed class ComplianceDaemon(
    WorkerContext<ComplianceSettings> context, ServiceStatus status, Heartbeat heartbeat, ILogger<ComplianceDaemon> logger) : BackgroundService
{
    private ComplianceSite? site;
    private ComplianceWorker? worker;
    private OutboxWorker? outbox;
    private ControlSocket? control;

    private IEnumerable<BackgroundService> Parts => ((IEnumerable<BackgroundService?>)[worker, control, outbox]).OfType<BackgroundService>();

    /// <summary>Opens everything, so that what is wrong ends the daemon before it says that it is ready.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        site = ComplianceSite.Open(context);
        var isDryRun = context.Common.DryRun;
        if (isDryRun) logger.Event(ComplianceEvents.DryRun, "Dry run: nothing is sent, nothing is remembered.");
        else TellOfSettings(site);
        site.Chronicle.SetUp(context.Settings);

        var report = new StatusReport(site, context.Settings, isDryRun, context.Time);
        worker = new ComplianceWorker(site, context, report, status, heartbeat);
        control = new ControlSocket(context.Common.ControlSocket, worker.AskAsync, context.Logging.CreateLogger<ControlSocket>(), context.Time);
        await control.StartAsync(cancellationToken).ConfigureAwait(false);
        if (!isDryRun)
        {
            outbox = new OutboxWorker(site.Outbox);
            await outbox.StartAsync(cancellationToken).ConfigureAwait(false);
        }

        await worker.StartAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    private void TellOfSettings(ComplianceSite opened)
    {
        StartRecord.Append(opened.Audit, opened.AuditOptions, context.Reader.Registered);
        var report = context.Settings.Report;
        SettingsLetter.OweOnce(context.Reader, Identity.Worker.Daemon, opened.Audit, opened.AuditOptions, opened.Outbox, report.OpsTo, report.Brand);
    }

    /// <summary>The loop first: what it decides last must still find its outbox.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        foreach (var part in Parts)
            await part.StopAsync(cancellationToken).ConfigureAwait(false);
        if (site is not null) await site.DisposeAsync().ConfigureAwait(false);
        site = null;
    }

    public override void Dispose()
    {
        foreach (var part in Parts)
            part.Dispose();
        base.Dispose();
    }

    /// <summary>Ends when one of the parts does, with its fault.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ends = Parts.Select(part => part.ExecuteTask).OfType<Task>();
        await (await Task.WhenAny(ends).WaitAsync(stoppingToken).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
