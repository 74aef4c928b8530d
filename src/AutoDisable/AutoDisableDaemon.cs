using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Network;
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
        var report = new StatusReport(site, context.Settings.Log.Name, context.Zone, isDryRun, context.Time);
        var worker = new AutoDisableWorker(
            site, log, context.Settings.PollInterval, report, status, heartbeat, context.Time,
            context.Logging.CreateLogger<AutoDisableWorker>());
        yield return worker;
        yield return new ControlSocket(
            context.Common.ControlSocket, worker.AskAsync, context.Logging.CreateLogger<ControlSocket>(), context.Time);
        if (!isDryRun && context.Settings.Decisions is { } decisions && site.Decisions is { } book)
            yield return Decisions(decisions, book, worker);
        if (!isDryRun) yield return new OutboxWorker(site.Outbox);
    }

    private DecisionSocket Decisions(DecisionOptions options, DecisionBook book, AutoDisableWorker worker)
    {
        var requests = new DecisionRequests(
            book,
            options,
            options.Access is { } team ? Access(team) : null,
            (link, command, more, cancel) => worker.AskAsync(
                new ControlRequest(command, LinkDecisions.Arguments(link).Concat(more).ToDictionary()), cancel),
            context.Zone.Zone,
            context.Settings.Gate.UndoFor,
            context.Time);
        return new DecisionSocket(
            options.Socket,
            () => new ControlSocket(
                options.Socket, requests.AnswerAsync, context.Logging.CreateLogger<ControlSocket>(), context.Time, isForGroup: true),
            context.Logging.CreateLogger<DecisionSocket>(),
            context.Time);
    }

    private AccessAssertion Access(AccessOptions team)
    {
        var published = new PublishedText(context.Time);
        var keys = new Uri(team.Team, "/cdn-cgi/access/certs");
        return new AccessAssertion(
            team,
            async cancel => await published.ReadAsync(keys, cancel).ConfigureAwait(false) is (200, var text) ? text : null,
            context.Time);
    }
}
