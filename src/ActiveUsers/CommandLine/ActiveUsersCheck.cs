using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.State;
using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify;
using Athena.Common.State.Backups;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers.CommandLine;

/// <summary><c>check</c>: each thing the daemon needs, one line each, with the remedy. Changes nothing.</summary>
internal sealed class ActiveUsersCheck(WorkerContext<ActiveUsersSettings> context, CheckReport report)
{
    private readonly ActiveUsersSettings settings = context.Settings;

    public async Task RunAsync(bool sendTest, CancellationToken cancel)
    {
        CheckState();
        LogCheck.Run(
            settings.Log,
            report,
            context.Time.GetUtcNow(),
            "Without it nothing can be said but whether Grafana answers.",
            context.Reader.PlaceOf(Identity.Worker.Daemon, "LOG"));
        var server = await CheckGrafanaAsync(cancel).ConfigureAwait(false);
        LogKeepCheck.Run(context, report, settings.Log, settings.LogKeep, server);
        if (settings.Backups is { } backups) await CheckBackupsAsync(backups, cancel).ConfigureAwait(false);
        await CheckChannelsAsync(sendTest, cancel).ConfigureAwait(false);
    }

    private void CheckState()
    {
        var directory = context.Common.StateDirectory;
        var loaded = StateCheck.Look(
            report, directory, ActiveUsersState.In(directory), StateCheck.MadeAtTheFirstStart, "Move it away; the daemon begins afresh.");
        if (loaded is not null) report.Ok($"State: {directory}");
    }

    /// <returns>Grafana's own settings; null when it does not tell them.</returns>
    private async Task<ServerSettings?> CheckGrafanaAsync(CancellationToken cancel)
    {
        var access = settings.Grafana.ForCommand(context.Common.StateDirectory);
        await using var grafana = new GrafanaClient(access, context.Time, context.Logging.CreateLogger<GrafanaClient>());
        var self = await SignInCheck.RunAsync(
            report,
            grafana,
            access,
            Identity.Worker,
            advice => report.Warn(
                "No account in Grafana is set: no titles, no names of organisations, no proof of service accounts", advice),
            context.Zone,
            context.Time,
            cancel).ConfigureAwait(false);
        if (self is null) return null;
        var roster = await new UserDirectoryReader(grafana, context.Time).ReadAsync([], null, cancel).ConfigureAwait(false);
        if (roster.Problems.Count == 0)
            report.Ok(
                $"Who is who: {roster.UserDirectory.Users?.Count} users, {roster.UserDirectory.ServiceAccounts?.Count} service accounts, "
                + $"{roster.UserDirectory.Organisations.Count} organisations");
        foreach (var problem in roster.Problems)
            report.Warn($"Who is who: {problem}", "Until then some accounts cannot be told from people.");
        var server = await grafana.ServerSettingsAsync(cancel).ConfigureAwait(false);
        if (server.IsDone && server.Value.Flag("server", "router_logging") == false)
            report.Warn(
                "router_logging is off: dashboards are invisible, and people are counted roughly",
                $"Set router_logging = true in {ServerSettingsFile.Section("server")}.");
        return server.Value;
    }

    private async Task CheckBackupsAsync(WatchedBackups backups, CancellationToken cancel)
    {
        using var watch = new BackupWatch(backups.Look, context.Time);
        await watch.LookAsync(cancel).ConfigureAwait(false);
        var look = watch.Look!;
        if (look.IsWell) report.Ok($"Backups {backups.Pattern}: {look.Sentence}");
        else report.Warn($"Backups: {look.Problem}", look.Remedy);
    }

    private async Task CheckChannelsAsync(bool sendTest, CancellationToken cancel)
    {
        var test = sendTest ? PulseCommand.Test(context) : null;
        await ChannelCheck.RunAsync(context, report, settings.Channel(context.Time), test, cancel).ConfigureAwait(false);
        if (settings.AlertMail is { } mail)
            report.Ok(
                $"Alerts by mail: {(mail.Least == Severity.Critical ? "critical ones" : "critical ones and warnings")} go to "
                + $"{string.Join(", ", mail.To)} as well");
        if (settings.IsAccessKept)
            report.Ok(
                $"ACCESS_AUDIT: who does what is kept for {Duration.Write(context.Common.AuditKeep)}; the staff must have been told "
                + "(/usr/share/doc/athena-workers/privacy.md)");
        if (settings.SensitiveMail is { } sensitive)
            report.Ok($"Who opened {string.Join(", ", sensitive.Uids)} goes to {string.Join(", ", sensitive.To)} each month");
        if (settings.KpiMail is { } kpis) report.Ok($"Key figures of each month go to {string.Join(", ", kpis.To)}");
        foreach (var route in settings.Others(context.Time))
            await ChannelCheck.RunAsync(context, report, route.Channel, test, cancel, !route.IsExtra).ConfigureAwait(false);
        await AlertmanagerCheck.RunAsync(report, settings.Alertmanager, context.Time, cancel).ConfigureAwait(false);
        await AuditDatabaseCheck.RunAsync(context, report, cancel).ConfigureAwait(false);
        await AnnotationCheck.RunAsync(context, report, settings.Grafana, cancel).ConfigureAwait(false);
    }
}
