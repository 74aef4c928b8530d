using Athena.ActiveUsers.Memory;
using Athena.Common.Grafana;
using Athena.Common.Grafana.Listener;
using Athena.Common.Hosting;
using Athena.Common.Logs;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Telegram;
using Athena.Common.Sight;
using Athena.Common.State;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers.CommandLine;

/// <summary><c>check</c>: each thing the daemon needs, one line each, with the remedy. Changes nothing.</summary>
internal sealed class PulseCheck(WorkerContext<ActiveUsersSettings> context, CheckReport report)
{
    private readonly ActiveUsersSettings settings = context.Settings;

    public async Task RunAsync(bool sendTest, CancellationToken cancel)
    {
        CheckState();
        LogCheck.Run(settings.Log, report, context.Time.GetUtcNow(), "Without it nothing can be said but whether Grafana answers.");
        await CheckGrafanaAsync(cancel).ConfigureAwait(false);
        await CheckChatAsync(sendTest, cancel).ConfigureAwait(false);
    }

    private void CheckState()
    {
        var directory = context.Common.StateDirectory;
        if (!Directory.Exists(directory) && report.IsBeforeTakeOver) return;
        if (!Directory.Exists(directory))
        {
            report.Warn($"State: {directory} does not exist yet", "It is made at the first start, by the unit (StateDirectory=).");
            return;
        }

        RoomCheck.Look(report, directory);
        switch (new FileState<PulseState>(directory, PulseStateJson.Default.PulseState).Load())
        {
            case StateLoad<PulseState>.LoadedPrevious previous:
                report.Warn($"State: {previous.Why}", "The daemon goes on with the older copy and writes a new one.");
                break;
            case StateLoad<PulseState>.Unreadable unreadable:
                report.Fail($"State: {unreadable.Why}", "Move it away; the daemon begins afresh.");
                break;
            default:
                report.Ok($"State: {directory}");
                break;
        }
    }

    private async Task CheckGrafanaAsync(CancellationToken cancel)
    {
        var access = settings.Grafana.ForCommand(context.Common.StateDirectory);
        using var door = new GrafanaDoor(access, context.Time);
        var look = await door.LookAsync(cancel).ConfigureAwait(false);
        if (look.Verdict == HealthVerdict.Up) report.Ok($"Grafana {settings.Grafana.Url}: version {look.Version}, database ok");
        else report.Fail($"Grafana {settings.Grafana.Url}: {look.Detail}", GrafanaHealth.RemedyFor(look.Detail));
        if (settings.Grafana.IsAnonymous)
        {
            report.Warn("No account in Grafana is set: no titles, no names of organisations, no proof of service accounts", "Set GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN.");
            return;
        }

        if (look.Verdict != HealthVerdict.Up) return;
        using var grafana = new GrafanaClient(access, context.Time, context.Logging.CreateLogger<GrafanaClient>());
        var self = await grafana.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (!self.IsDone)
        {
            report.Fail($"Signing in: {self.Detail}", "Check GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN.");
            return;
        }

        report.Ok($"Signed in as {HostileText.Visible(self.Value.Login, 60)}");
        ListenerCheck.Report(report, grafana.Listener);
        ListenerCheck.ReportCopy(report, access, Identity.Worker, self.Value.Id, context.Time.GetUtcNow());
        var roster = await new RosterReader(grafana, context.Time).ReadAsync([], null, cancel).ConfigureAwait(false);
        if (roster.Problems.Count == 0) report.Ok($"Who is who: {roster.Roster.Users?.Count} users, {roster.Roster.ServiceAccounts?.Count} service accounts, {roster.Roster.Organisations.Count} organisations");
        foreach (var problem in roster.Problems) report.Warn($"Who is who: {problem}", "Until then some accounts cannot be told from people.");
        var server = await grafana.ServerSettingsAsync(cancel).ConfigureAwait(false);
        if (server.IsDone && server.Value.Flag("server", "router_logging") == false)
            report.Warn("router_logging is off: dashboards are invisible, and people are counted roughly", "Set router_logging = true in the section [server] of grafana.ini.");
    }

    private Task CheckChatAsync(bool sendTest, CancellationToken cancel) => ChatCheck.RunAsync(
        settings.Telegram!, report, context.Time, sendTest ? _ => PulseCommand.SendTestAsync(context, cancel) : null, cancel);
}
