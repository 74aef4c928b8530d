using Athena.Common.Activities;
using Athena.Common.Grafana;
using Athena.Common.Grafana.Listener;
using Athena.Common.Hosting;
using Athena.Common.Logs;
using Athena.Common.Notifications;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Sight;
using Athena.Common.State;
using Athena.Common.Time;
using Athena.Compliance.Examining;
using Athena.Compliance.Windows;

namespace Athena.Compliance.CommandLine;

/// <summary><c>check</c>: each thing the daemon needs, one line each, with the remedy. Changes nothing.</summary>
internal sealed class ComplianceCheck(WorkerContext<ComplianceSettings> context, CheckReport report)
{
    private static readonly TimeSpan LastHour = TimeSpan.FromHours(1);

    private readonly ComplianceSettings settings = context.Settings;

    public async Task RunAsync(string? testTo, CancellationToken cancel)
    {
        CheckRecipients();
        CheckState();
        LogCheck.Run(settings.Log, report, context.Time.GetUtcNow(), "Without it no hour can be decided.");
        await CheckGrafanaAsync(cancel).ConfigureAwait(false);
        await CheckMailAsync(testTo, cancel).ConfigureAwait(false);
    }

    private void CheckRecipients()
    {
        if (settings.UsesMailTo) report.Warn($"The reports go to MAIL_TO: {string.Join(", ", settings.Report.To)}", "Set REPORT_TO, so that a list meant for another daemon never gets them.");
        else report.Ok($"The reports go to {string.Join(", ", settings.Report.To)}; what could not be seen goes to {string.Join(", ", settings.Report.OpsTo)}");
        if (settings.Report.Note is null) report.Warn("REPORT_NOTE is not set", "Say in a sentence what a report means and what was agreed with First2Lead.");
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
        switch (new FileState<ComplianceState>(directory, ComplianceJson.Default.ComplianceState).Load())
        {
            case StateLoad<ComplianceState>.LoadedPrevious previous:
                report.Warn($"State: {previous.Why}", "The daemon goes on with the older copy and writes a new one.");
                break;
            case StateLoad<ComplianceState>.Unreadable unreadable:
                report.Fail($"State: {unreadable.Why}", "Restore it from a backup; or move it away, and set REPORT_SINCE to the first hour that is not in the audit.");
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
            report.Fail("No account in Grafana is set: no titles, no proof of service accounts; an hour can only be found in use or not seen", "Set GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN.");
            return;
        }

        if (look.Verdict != HealthVerdict.Up) return;
        using var grafana = new GrafanaClient(access, context.Time);
        var self = await grafana.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (!self.IsDone)
        {
            report.Fail($"Signing in: {self.Detail}", "Check GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN.");
            return;
        }

        report.Ok($"Signed in as {HostileText.Visible(self.Value.Login, 60)}");
        ListenerCheck.Report(report, grafana.Listener);
        ListenerCheck.ReportCopy(report, access, Identity.Worker, self.Value.Id, context.Time.GetUtcNow());
        CheckOwnRequests(self.Value.Id, cancel);
        await CheckPeopleAsync(grafana, self.Value.Id > 0 ? self.Value.Id : null, cancel).ConfigureAwait(false);
        var server = await grafana.ServerSettingsAsync(cancel).ConfigureAwait(false);
        if (server.IsDone && server.Value.Flag("server", "router_logging") == false)
            report.Fail("router_logging is off: dashboards are invisible, and no hour can be found to have only administrators", "Set router_logging = true in the section [server] of grafana.ini.");
    }

    /// <summary>Under an account that is the daemons' alone there is nothing but what they ask for.</summary>
    private void CheckOwnRequests(long ownId, CancellationToken cancel)
    {
        if (ownId <= 0 || settings.Examining.Admins.Contains(ownId)) return; // A shared one is warned of elsewhere.
        var now = context.Time.GetUtcNow();
        var reading = new LogWindows(settings.Log).Read(new Window(now - LastHour, now), new ActivityCounterOptions { OwnIds = [ownId] }, cancel);
        if (reading.Activity.Users.Where(row => row.Id == ownId).Sum(row => row.Requests) is > 0 and var others)
            report.Warn(
                $"Under the daemons' account (id {ownId}) the log has {others} {(others == 1 ? "request" : "requests")} of the last hour that no daemon makes: somebody uses it, and such an hour is not seen",
                $"Is it a daemon of another version, or another program? Else make another account in its place: sudo {Identity.Worker.Daemon} account create --replace.");
        else
            report.Ok($"Under the daemons' account there were {reading.Activity.OwnRequests} requests in the last hour, all of them theirs");
    }

    private async Task CheckPeopleAsync(GrafanaClient grafana, long? ownId, CancellationToken cancel)
    {
        var roster = await new RosterReader(grafana, context.Time).ReadAsync([], null, cancel).ConfigureAwait(false);
        if (roster.Problems.Count == 0) report.Ok($"Who is who: {roster.Roster.Users?.Count} users, {roster.Roster.ServiceAccounts?.Count} service accounts");
        var gaps = RosterGap.Sentences(roster.Roster.Gaps);
        foreach (var gap in gaps) report.Warn($"Who is who: {gap}", "Until then an hour in which an account acts that no list has is not seen.");
        foreach (var problem in roster.Problems.Except(gaps)) report.Fail($"Who is who: {problem}", "Until then an hour can only be found in use or not seen.");
        var warnings = SetupWarnings.Of(roster.Roster, settings.Examining.Admins, ownId);
        foreach (var warning in warnings.Except(gaps)) report.Warn(warning, "Correct ADMIN_USER_IDS, the account's rights in Grafana, or the daemon's account.");
        if (!warnings.Except(gaps).Any() && roster.Roster.Users is not null) report.Ok("The administrators are those of Grafana");
    }

    private async Task CheckMailAsync(string? testTo, CancellationToken cancel)
    {
        await using var transport = new SmtpTransport(settings.Smtp, context.Time);
        var login = await transport.TestLoginAsync(cancel).ConfigureAwait(false);
        if (login.IsGood) report.Ok($"Mail: {login.Sentence}");
        else report.Fail($"Mail: {login.Sentence}", "Do what it names; where it names nothing, check SMTP_HOST, SMTP_PORT and SMTP_SECURITY.");
        if (testTo is null || !login.IsGood) return;
        var address = EmailAddress.Parse(testTo);
        var result = await PreviewCommand.SendTestAsync(context, address, cancel).ConfigureAwait(false);
        if (result.Verdict == DeliveryVerdict.Accepted) report.Ok($"Test mail to {address}: {result.Detail}");
        else report.Fail($"Test mail to {address}: {result.Detail}", "Check MAIL_FROM, and what the mail server allows.");
    }
}
