using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Notify.Delivery;
using Athena.Common.State.Audit;
using Athena.Common.Telemetry;
using Athena.Compliance.CommandLine;
using Athena.Compliance.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance;

/// <summary>What <c>grafana-compliance run</c> runs: what decides about hours, the control socket and the outbox.</summary>
internal sealed class ComplianceDaemon(
    WorkerContext<ComplianceSettings> context, ServiceStatus status, Heartbeat heartbeat, ILogger<ComplianceDaemon> logger)
        : DaemonService<ComplianceSite>
{
    protected override async Task<ComplianceSite> OpenAsync(CancellationToken cancel)
    {
        var site = await ComplianceSite.OpenAsync(context, cancel).ConfigureAwait(false);
        if (context.Common.DryRun)
        {
            logger.Event(ComplianceEvents.DryRun, "Dry run: nothing is sent, nothing is remembered.");
        }
        else
        {
            StartRecord.Append(site.Audit, site.AuditOptions, context.Reader.Registered);
            var report = context.Settings.Report;
            SettingsLetter.OweOnce(
                context.Reader, Identity.Worker.Daemon, site.Audit, site.AuditOptions, site.Outbox, report.OpsTo, report.Brand);
        }

        site.EventRecorder.SetUp(context.Settings);
        return site;
    }

    protected override IEnumerable<BackgroundService> PartsOf(ComplianceSite site)
    {
        var isDryRun = context.Common.DryRun;
        var report = new ComplianceStatus(site, context.Settings, isDryRun, context.Time);
        var worker = new ComplianceWorker(site, context, report, status, heartbeat);
        yield return worker;
        yield return ControlSocket.OfDaemon(
            context.Common.ControlSocket, heartbeat, SettingsInForce.Before(context, worker.AskAsync), context.Logging, context.Time);
        if (!isDryRun) yield return new OutboxWorker(site.Outbox);
        if (site.Board is { } board) yield return site.RelayOf(board, context.Settings.Alertmanager!);
        if (site.Copier is { } copier) yield return copier;
        if (site.Annotator is { } annotator) yield return annotator;
        if (site.MetricWriter(site.Outbox, heartbeat, report.Measure) is { } metrics) yield return metrics;
        if (site.KpiWriter(ReportCommand.Kpis, heartbeat) is { } kpis) yield return kpis;
    }
}
