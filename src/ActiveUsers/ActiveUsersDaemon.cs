using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Notify.Delivery;
using Athena.Common.State.Audit;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers;

/// <summary>What <c>grafana-active-users run</c> runs: what makes pulses and alerts, and the control socket.</summary>
internal sealed class ActiveUsersDaemon(
    WorkerContext<ActiveUsersSettings> context, ServiceStatus status, Heartbeat heartbeat, ILogger<ActiveUsersDaemon> logger)
        : DaemonService<ActiveUsersSite>
{
    protected override async Task<ActiveUsersSite> OpenAsync(CancellationToken cancel)
    {
        var site = await ActiveUsersSite.OpenAsync(context, cancel).ConfigureAwait(false);
        if (context.Common.DryRun)
        {
            logger.Event(ActiveUsersEvents.DryRun, "Dry run: nothing is sent, nothing is remembered.");
            return site;
        }

        StartRecord.Append(site.Audit, site.AuditOptions, context.Reader.Registered);
        if (SettingsNotice.Of(context.Reader.Remarks, context.Settings.Wording) is { } notice) site.Outbox.Put(notice);
        return site;
    }

    protected override IEnumerable<BackgroundService> PartsOf(ActiveUsersSite site)
    {
        var settings = context.Settings;
        var commands = new Commands(site.Parts.Alerts, site.Outbox, site.Memory, settings.Wording.Zone, context.Time);
        var report = new ActiveUsersStatus(site, settings, context.Common.DryRun, context.Time);
        var worker = new ActiveUsersWorker(
            site, commands, report, status, heartbeat, context.Time, context.Logging.CreateLogger<ActiveUsersWorker>());
        yield return worker;
        if (site.DataSources is { } dataSources) yield return dataSources;
        if (site.Backups is { } backups) yield return backups;
        yield return ControlSocket.OfDaemon(
            context.Common.ControlSocket, heartbeat, SettingsInForce.Before(context, worker.AskAsync), context.Logging, context.Time);
        if (!context.Common.DryRun && site.Outbox.Queues.Count > 1) yield return new OutboxWorker(site.Outbox);
        if (site.Board is { } board) yield return site.RelayOf(board, settings.Alertmanager!);
        if (site.Copier is { } copier) yield return copier;
        if (site.Annotator is { } annotator) yield return annotator;
        if (site.MetricWriter(site.Outbox, heartbeat, report.Measure) is { } metrics) yield return metrics;
        if (site.KpiWriter(ReportCommand.Kpis, heartbeat) is { } kpis) yield return kpis;
    }
}
