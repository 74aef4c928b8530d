using Athena.Common.Hosting;
using Athena.Common.Logs;
using Athena.Common.Notifications;
using Athena.Common.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>
/// The daemon as one service: opens its site, then runs the gate, the outboxes and the control socket until one of them fails or all are
/// asked to stop.
/// </summary>
internal sealed class GateDaemon(
    WorkerContext<AutoDisableSettings> context, ServiceStatus status, Heartbeat heartbeat, ILogFollower log, ILogger<GateDaemon> logger) : BackgroundService
{
    private GateSite? site;
    private GateWorker? worker;
    private OutboxWorker? outbox;
    private OutboxWorker? chat;
    private ControlSocket? control;

    /// <summary>Opens everything, so that what is wrong ends the daemon before it says that it is ready.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        site = await GateSite.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await site.LoadGateAsync(cancellationToken).ConfigureAwait(false);
        var isDryRun = context.Common.DryRun;
        if (isDryRun) logger.Event(GateEvents.DryRun, "Dry run: nobody is locked, nothing is sent, nothing is remembered.");
        else TellOfSettings(site);

        var source = context.Settings.Log.Name;
        var report = new StatusReport(site, source, isDryRun, context.Time);
        worker = new GateWorker(site, log, context.Settings.PollInterval, report, status, heartbeat, context.Time, context.Logging.CreateLogger<GateWorker>());
        outbox = new OutboxWorker(site.Outbox);
        chat = site.ChatOutbox is { } messages ? new OutboxWorker(messages) : null;
        control = new ControlSocket(context.Common.ControlSocket, worker.AskAsync, context.Logging.CreateLogger<ControlSocket>(), context.Time);
        await control.StartAsync(cancellationToken).ConfigureAwait(false);
        await worker.StartAsync(cancellationToken).ConfigureAwait(false);
        if (!isDryRun) await outbox.StartAsync(cancellationToken).ConfigureAwait(false);
        if (!isDryRun && chat is not null) await chat.StartAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    private void TellOfSettings(GateSite opened)
    {
        StartRecord.Append(opened.Audit, opened.AuditOptions, context.Reader.Registered);
        SettingsLetter.OweOnce(context.Reader, Identity.Worker.Daemon, opened.Audit, opened.AuditOptions, opened.Outbox, context.Settings.MailTo, context.Settings.Mail.Brand);
    }

    /// <summary>The gate first: what it decides last must still find its outbox.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        foreach (var part in (IEnumerable<BackgroundService?>)[worker, control, outbox, chat])
            if (part is not null) await part.StopAsync(cancellationToken).ConfigureAwait(false);
        if (site is not null) await site.DisposeAsync().ConfigureAwait(false);
        site = null;
    }

    public override void Dispose()
    {
        worker?.Dispose();
        control?.Dispose();
        outbox?.Dispose();
        chat?.Dispose();
        base.Dispose();
    }

    /// <summary>Ends when one of the parts does, with its fault.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var parts = new[] { worker, outbox, chat, (BackgroundService?)control }.Select(part => part?.ExecuteTask).OfType<Task>();
        await (await Task.WhenAny(parts).WaitAsync(stoppingToken).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
