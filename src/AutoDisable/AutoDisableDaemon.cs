using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify.Delivery;
using Athena.Common.State.Audit;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>What <c>grafana-auto-disable run</c> runs: what reconciles accounts, the control socket and the outbox.</summary>
internal sealed class AutoDisableDaemon(
    WorkerContext<AutoDisableSettings> context, ServiceStatus status, Heartbeat heartbeat, ILogFollower log,
    ILogger<AutoDisableDaemon> logger)
    : DaemonService<AutoDisableSite>
{
    protected override async Task<AutoDisableSite> OpenAsync(CancellationToken cancel)
    {
        var site = await AutoDisableSite.OpenAsync(context, cancel).ConfigureAwait(false);
        await site.LoadGateAsync(cancel).ConfigureAwait(false);
        if (context.Common.DryRun)
        {
            logger.Event(AutoDisableEvents.DryRun, "Dry run: nobody is locked, nothing is sent, nothing is remembered.");
            return site;
        }

        StartRecord.Append(site.Audit, site.AuditOptions, context.Reader.Registered);
        SettingsLetter.OweOnce(
            context.Reader, Identity.Worker.Daemon, site.Audit, site.AuditOptions, site.Outbox, context.Settings.MailTo,
            context.Settings.Mail.Brand);
        return site;
    }

    protected override IEnumerable<BackgroundService> PartsOf(AutoDisableSite site)
    {
        var isDryRun = context.Common.DryRun;
        var report = new AutoDisableStatus(site, context.Settings.Log.Name, context.Zone, isDryRun, context.Time);
        var worker = new AutoDisableWorker(
            site, log, context.Settings.PollInterval, report, status, heartbeat, context.Time,
            context.Logging.CreateLogger<AutoDisableWorker>());
        yield return worker;
        yield return ControlSocket.OfDaemon(
            context.Common.ControlSocket, heartbeat, SettingsInForce.Before(context, worker.AskAsync), context.Logging, context.Time);
        if (isDryRun) yield break;
        foreach (var desk in new AutoDisableDesks(context, site, worker.AskAsync).Open()) yield return desk;
        yield return new OutboxWorker(site.Outbox);
        if (site.Board is { } board) yield return site.RelayOf(board, context.Settings.Alertmanager!);
        if (site.Copier is { } copier) yield return copier;
        if (site.Annotator is { } annotator) yield return annotator;
        if (site.MetricWriter(site.Outbox, heartbeat, book => LockFigures.Take(book, report.Seen, context.Time.GetUtcNow())) is { } metrics)
            yield return metrics;
        if (site.KpiWriter(LockKpis.Of, heartbeat) is { } kpis) yield return kpis;
    }
}
