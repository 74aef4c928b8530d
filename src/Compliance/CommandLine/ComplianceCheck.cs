using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.State;

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
        LogCheck.Run(
            settings.Log,
            report,
            context.Time.GetUtcNow(),
            "Without it no hour can be decided.",
            context.Reader.PlaceOf(Identity.Worker.Daemon, "LOG"));
        var server = await CheckGrafanaAsync(cancel).ConfigureAwait(false);
        LogKeepCheck.Run(context, report, settings.Log, settings.LogKeep, server);
        await CheckMailAsync(testTo, cancel).ConfigureAwait(false);
    }

    private void CheckRecipients()
    {
        if (settings.UsesMailTo)
            report.Warn(
                $"The reports go to MAIL_TO: {string.Join(", ", settings.Report.To)}",
                "Set REPORT_TO, so that a list meant for another daemon never gets them.");
        else
            report.Ok(
                $"The reports go to {string.Join(", ", settings.Report.To)}; what could not be seen goes to "
                + $"{string.Join(", ", settings.Report.OpsTo)}");
        var hours = string.Join(", ", settings.Windows.Hours.Order().Select(hour => $"{hour:D2}"));
        if (settings.Windows.Schedule.Next(context.Time.GetUtcNow()) is { To: var next })
            report.Ok(
                $"Hours end at {hours} o'clock; the next one at {settings.Report.Zone.ClockWithZone(next)}, "
                + $"{settings.Report.Zone.Date(next)}");
        if (settings.Report.Note is null)
            report.Note(
                "REPORT_NOTE is not set",
                $"Say in a sentence what a report means and what was agreed with {settings.Report.Recipient}.");
    }

    private void CheckState()
    {
        var directory = context.Common.StateDirectory;
        var loaded = StateCheck.Look(
            report,
            directory,
            ComplianceState.In(directory),
            StateCheck.MadeAtTheFirstStart,
            "Restore it from a backup; or move it away, and set REPORT_SINCE to the first hour that is not in the audit.");
        if (loaded is not null) report.Ok($"State: {directory}");
    }

    /// <returns>Grafana's own settings; null when it does not tell them.</returns>
    private async Task<ServerSettings?> CheckGrafanaAsync(CancellationToken cancel)
    {
        var access = settings.Grafana.ForCommand(context.Common.StateDirectory);
        await using var grafana = new GrafanaClient(access, context.Time);
        var self = await SignInCheck.RunAsync(
            report,
            grafana,
            access,
            Identity.Worker,
            advice => report.Fail(
                "No account in Grafana is set: no titles, no proof of service accounts; an hour can only be found in use or not seen",
                advice),
            context.Zone,
            context.Time,
            cancel).ConfigureAwait(false);
        if (self is null) return null;
        CheckOwnRequests(self.Id, cancel);
        await CheckPeopleAsync(grafana, self.Id > 0 ? self.Id : null, cancel).ConfigureAwait(false);
        var server = await grafana.ServerSettingsAsync(cancel).ConfigureAwait(false);
        if (server.IsDone && server.Value.Flag("server", "router_logging") == false)
            report.Fail(
                "router_logging is off: dashboards are invisible, and no hour can be found to have only administrators",
                $"Set router_logging = true in {ServerSettingsFile.Section("server")}.");
        return server.Value;
    }

    /// <summary>Under an account that is the daemons' alone there is nothing but what they ask for.</summary>
    private void CheckOwnRequests(long ownId, CancellationToken cancel)
    {
        if (ownId <= 0 || settings.Examining.Admins.Contains(ownId)) return; // A shared one is warned of elsewhere.
        var now = context.Time.GetUtcNow();
        var reading = new LogWindows(settings.Log)
            .Read(new Window(now - LastHour, now), new ActivityCounterOptions { OwnIds = [ownId] }, cancel);
        if (reading.Activity.Users.Where(row => row.Id == ownId).Sum(row => row.Requests) is > 0 and var others)
            report.Warn(
                $"Under the daemons' account (id {ownId}) the log has {others} {(others == 1 ? "request" : "requests")} of the last hour "
                + "that no daemon makes: somebody uses it, and such an hour is not seen",
                "Is it a daemon of another version, or another program? Else make another account in its place: sudo "
                + $"{Identity.Worker.Daemon} account create --replace.");
        else
            report.Ok(
                $"Under the daemons' account there were {reading.Activity.OwnRequests} requests in the last hour, all of them theirs");
    }

    private async Task CheckPeopleAsync(GrafanaClient grafana, long? ownId, CancellationToken cancel)
    {
        var roster = await new UserDirectoryReader(grafana, context.Time).ReadAsync([], null, cancel).ConfigureAwait(false);
        if (roster.Problems.Count == 0)
            report.Ok(
                $"Who is who: {roster.UserDirectory.Users?.Count} users, {roster.UserDirectory.ServiceAccounts?.Count} service accounts");
        var gaps = UserDirectoryGap.Sentences(roster.UserDirectory.Gaps);
        foreach (var gap in gaps)
            report.Warn($"Who is who: {gap}", "Until then an hour in which an account acts that no list has is not seen.");
        foreach (var problem in roster.Problems.Except(gaps))
            report.Fail($"Who is who: {problem}", "Until then an hour can only be found in use or not seen.");
        var warnings = SetupWarnings.Of(roster.UserDirectory, settings.Examining.Admins, ownId);
        foreach (var warning in warnings.Except(gaps))
            report.Warn(warning, "Correct ADMIN_USER_IDS, the account's rights in Grafana, or the daemon's account.");
        if (roster.UserDirectory.Users is not { } users) return;
        var names = settings.Examining.Admins.Order().Select(id =>
            users.TryGetValue(id, out var user) ? $"{id} is {UntrustedText.Visible(user.Login, 60)}" : $"{id} is nobody");
        report.Ok(
            $"ADMIN_USER_IDS: {string.Join(", ", names)}"
            + (warnings.Except(gaps).Any() ? "" : "; they are the server admins of Grafana"));
    }

    private async Task CheckMailAsync(string? testTo, CancellationToken cancel)
    {
        var isGood = true;
        var test = testTo is null
            ? null
            : Notification.ForPrograms(
                $"test/{context.Time.GetUtcNow().ToUnixTimeMilliseconds()}", NotificationEvent.Test, settings.Report.Brand);
        foreach (var route in settings.Channels(context.Time))
            isGood &= await ChannelCheck.RunAsync(context, report, route.Channel, test, cancel, !route.IsExtra).ConfigureAwait(false)
                || route.IsExtra;
        await AlertmanagerCheck.RunAsync(report, settings.Alertmanager, context.Time, cancel).ConfigureAwait(false);
        await AuditDatabaseCheck.RunAsync(context, report, cancel).ConfigureAwait(false);
        await AnnotationCheck.RunAsync(context, report, settings.Grafana, cancel).ConfigureAwait(false);

        if (testTo is null || !isGood) return;
        var address = EmailAddress.Parse(testTo);
        var result = await PreviewCommand.SendTestAsync(context, address, cancel).ConfigureAwait(false);
        if (result.Verdict == DeliveryVerdict.Accepted) report.Ok($"Test mail to {address}: {result.Detail}");
        else report.Fail($"Test mail to {address}: {result.Detail}", "Check MAIL_FROM, and what the mail server allows.");
    }
}
