using Athena.ActiveUsers.Delivery;
using Athena.Common.Hosting;
using Athena.Common.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers;

/// <summary>The daemon as one service: opens its site, then runs the loop and the control socket until one of them fails or both are asked to stop.</summary>
internal sealed class PulseDaemon(
    WorkerContext<ActiveUsersSettings> context, ServiceStatus status, Heartbeat heartbeat, ILogger<PulseDaemon> logger) : BackgroundService
{
    private PulseSite? site;
    private ActiveUsersWorker? worker;
    private ControlSocket? control;

    /// <summary>Opens everything, so that what is wrong ends the daemon before it says that it is ready.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        site = await PulseSite.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        var isDryRun = context.Common.DryRun;
        if (isDryRun) logger.Event(PulseEvents.DryRun, "Dry run: nothing is sent, nothing is remembered.");
        else StartRecord.Append(site.Audit, site.AuditOptions, context.Reader.Registered);

        var settings = context.Settings;
        if (!isDryRun && SettingsNotice.Of(context.Reader.Remarks, settings.Wording, context.Time.GetUtcNow()) is { } notice) site.Parts.Messenger.PutAlert(notice);
        var commands = new Commands(site.Parts.Alerts, site.Memory, settings.Wording.Zone, context.Time);
        var report = new StatusReport(site, settings, isDryRun, context.Time);
        worker = new ActiveUsersWorker(site, commands, report, status, heartbeat, context.Time, context.Logging.CreateLogger<ActiveUsersWorker>());
        control = new ControlSocket(context.Common.ControlSocket, worker.AskAsync, context.Logging.CreateLogger<ControlSocket>(), context.Time);
        await control.StartAsync(cancellationToken).ConfigureAwait(false);
        await worker.StartAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        foreach (var part in (IEnumerable<BackgroundService?>)[worker, control])
            if (part is not null) await part.StopAsync(cancellationToken).ConfigureAwait(false);
        site?.Dispose();
        site = null;
    }

    public override void Dispose()
    {
        worker?.Dispose();
        control?.Dispose();
        base.Dispose();
    }

    /// <summary>Ends when one of the parts does, with its fault.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var parts = new[] { worker, (BackgroundService?)control }.Select(part => part?.ExecuteTask).OfType<Task>();
        await (await Task.WhenAny(parts).WaitAsync(stoppingToken).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
