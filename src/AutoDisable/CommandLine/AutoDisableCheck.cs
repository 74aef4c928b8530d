using System.Text.Json.Nodes;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Database;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;
using Athena.Common.State;
using Athena.Common.Text;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.CommandLine;

/// <summary><c>check</c>: each thing the daemon needs, one line each, with the remedy. Changes nothing.</summary>
internal sealed class AutoDisableCheck(WorkerContext<AutoDisableSettings> context, CheckReport report)
{
    private static readonly string[] GuessableLogins =
    [
        "admin", "administrator", "root", "grafana", "athena", "athena-workers", "service", "monitoring", "bot",
    ];

    /// <summary>
    /// No account has it: disabling it shows whether we may, and touches nobody. The largest that PostgreSQL's integer holds: of a larger
    /// one Grafana says 500, whoever asks (docs/grafana.md §5).
    /// </summary>
    private const long NobodysId = int.MaxValue;

    private readonly AutoDisableSettings settings = context.Settings;
    private BornLockedStatus? bornLocked;
    private bool expectsBornLocked;
    private ServerSettings? server;

    /// <param name="sendTest">A test mail, too.</param>
    /// <param name="withPosture">Also how well Grafana is locked by its own settings.</param>
    public async Task RunAsync(bool sendTest, bool withPosture, CancellationToken cancel)
    {
        CheckState();
        CheckLog();
        await CheckGrafanaAsync(cancel).ConfigureAwait(false);
        LogKeepCheck.Run(context, report, settings.Log, settings.LogKeep, server);
        if (withPosture) PostureCheck.Run(report, server, settings.Mail.PublicUrl);
        await CheckDatabaseAsync(cancel).ConfigureAwait(false);
        await CheckChannelsAsync(sendTest, cancel).ConfigureAwait(false);
        if (settings is { ChatDecisions: { } people, Chat.Telegram: { } telegram })
        {
            using var cards = new TelegramCards(telegram, context.Time);
            await new ChatDecisionCheck(report, people, cards, context.Time).RunAsync(context.Common.StateDirectory, cancel)
                .ConfigureAwait(false);
        }

        if (settings.Decisions is { } decisions)
        {
            var isRunning = await StatusAsync(cancel).ConfigureAwait(false) is not null;
            await new DecisionCheck(report, decisions, context.Time, isRunning).RunAsync(context.Common.StateDirectory, cancel)
                .ConfigureAwait(false);
        }

        CheckDrill();
    }

    /// <summary>DRILL_EVERY without DRILL_TO is a fault of the settings and told with those.</summary>
    private void CheckDrill()
    {
        var every = settings.Gate.DrillEvery is { } span
            ? $"every {Duration.Write(span)}"
            : "only by command, because DRILL_EVERY is not set";
        report.Ok(settings.Mail.DrillTo.Count > 0
            ? $"Drill: {every}; its mail goes to {string.Join(", ", settings.Mail.DrillTo)}"
            : $"Drill: {every}, and without its mail (--mail no), because DRILL_TO is not set");
    }

    private void CheckState()
    {
        const string Begin = "sudo grafana-auto-disable activate, or by hand: baseline";
        var directory = context.Common.StateDirectory;
        var loaded = StateCheck.Look(
            report,
            directory,
            AutoDisableState.In(directory),
            ("does not exist: nothing was ever remembered here", Begin),
            "Restore it from a backup, or move it away and make a new baseline.");
        if (loaded is StateLoad<AutoDisableState>.Loaded { Value: var state })
        {
            report.Ok(
                $"State: {state.Accounts.Count} accounts known, baseline of "
                + $"{context.Zone.Minute(state.BaselineAt)}");
            expectsBornLocked = state.BornLocked is not null;
        }
        else if (loaded is not null && !report.IsBeforeTakeOver)
        {
            report.Fail("State: there is no baseline yet", Begin);
        }
    }

    /// <summary>The file in which a setting of ours stands, or would.</summary>
    private string Place(string key) => context.Reader.PlaceOf(Identity.Worker.Daemon, key);

    private void CheckLog()
    {
        var log = settings.Log.Name;
        var seen = settings.Log.Inspect();
        if (seen.Problem is { } problem)
        {
            report.Fail($"Log {log}: {problem}", "Without it a new account is found by the user list alone, after up to POLL_INTERVAL.");
            return;
        }

        var place = Place("LOG");
        if (LogCheck.IsAnothers(settings.Log, seen, report, place)) return;
        LogCheck.NoteProof(settings.Log, report);
        var age = seen.LastLineAt is { } last ? context.Time.GetUtcNow() - last : (TimeSpan?)null;
        if (age is null)
            report.Warn($"Log {log}: no line in it yet{(seen.Hint is null ? "" : ". " + seen.Hint)}", LogCheck.IsItTheOne(place));
        else if (age > TimeSpan.FromHours(1))
            report.Warn($"Log {log}: last line {EventRecorder.Duration(age.Value)} ago",
                LogCheck.IsItStillWritten(settings.Log, ServerSettingsFile.Usual));
        else report.Ok($"Log {log}: {seen.Format.ToString().ToLowerInvariant()}, last line {EventRecorder.Duration(age.Value)} ago");
        if (age is not null && seen.Hint is { } hint)
            report.Warn($"Log {log}: {hint}", "What is missed then is found by the user list, but not who approved whom.");
        if (seen is { Requests: > 0, HasSuccessfulRequests: false })
            report.Warn(
                $"Log {log}: no request with status 200 among the last {seen.Requests}",
                $"That is how router_logging = false looks. Set it to true in {ServerSettingsFile.Section("server")}.");
    }

    private async Task CheckGrafanaAsync(CancellationToken cancel)
    {
        // The running daemon keeps its session; one of our own, which ends with the check, does it no harm.
        var access = settings.Grafana.ForCommand(context.Common.StateDirectory);
        await using var grafana = new GrafanaClient(access, context.Time, context.Logging.CreateLogger<GrafanaClient>());
        var health = await grafana.HealthAsync(cancel).ConfigureAwait(false);
        if (!health.IsDone)
        {
            report.Fail($"Grafana {settings.Grafana.Url}: {health.Detail}", GrafanaHealth.RemedyFor(health.Detail));
            return;
        }

        report.Ok($"Grafana {settings.Grafana.Url}: version {health.Value.Version}, database ok");
        var self = await grafana.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (!self.IsDone)
        {
            if (await IsDaemonSignedInAsync(cancel).ConfigureAwait(false))
                report.Warn($"Signing in: {self.Detail}",
                    "The running daemon is signed in and works on; does somebody guess its password? If it was changed, write the new "
                    + $"one into {access.SettingsAt} (GRAFANA_PASSWORD).");
            else report.Fail($"Signing in: {self.Detail}", access.SignInAdvice);
            return;
        }

        ListenerCheck.Report(report, grafana.Listener);
        ListenerCheck.ReportCopy(report, access, Identity.Worker, self.Value.Id, context.Time.GetUtcNow(), context.Zone);
        await CheckAccountAsync(grafana, self.Value, cancel).ConfigureAwait(false);
        await CheckPermissionsAsync(grafana, cancel).ConfigureAwait(false);
        await OrganisationCheck.RunAsync(
            grafana, self.Value.Id, report, "what somebody left behind there cannot be named, and not whose invitation was used",
            settings.Grafana.RightsAdvice, cancel).ConfigureAwait(false);
        await CheckServerAsync(grafana, cancel).ConfigureAwait(false);
    }

    /// <summary>The daemon holds a session; this command must sign in anew, which strangers can prevent for a while.</summary>
    private async Task<bool> IsDaemonSignedInAsync(CancellationToken cancel) =>
        (await StatusAsync(cancel).ConfigureAwait(false))?["signedIn"]?.GetValue<bool>() == true;

    /// <summary>What the running daemon says of itself; null where none runs, or it cannot be asked.</summary>
    private async Task<JsonNode?> StatusAsync(CancellationToken cancel)
    {
        try
        {
            var reply = await context.AskAsync(new ControlRequest("status"), TimeSpan.FromSeconds(10), cancel).ConfigureAwait(false);
            return reply?.Json is { } json ? JsonNode.Parse(json) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return null; // Whoever looks here need not be who may ask; what else was found is told all the same.
        }
    }

    private async Task CheckAccountAsync(GrafanaClient grafana, GrafanaUser self, CancellationToken cancel)
    {
        report.Ok($"Signed in as {UntrustedText.Visible(self.Login, 60)}{(self.IsAdmin ? ", a server admin" : "")}");
        if (settings.Grafana.Token is not null) return;
        if (GuessableLogins.Contains(self.Login, StringComparer.OrdinalIgnoreCase))
        {
            report.Warn($"The login {self.Login} is easily guessed, and five wrong passwords by anybody lock it for five minutes",
                "Give the daemon an account of its own with a login that nobody guesses, such as athena-workers-7f3a.");
        }

        var sessions = await grafana.SessionsAsync(self.Id, cancel).ConfigureAwait(false);
        if (sessions.IsDone && sessions.Value.Any(session => session.Browser is not ("" or "Other")))
            report.Warn("A browser is signed in with the daemon's account",
                "Give the daemon an account of its own: what people do with it is not told from what the daemon does.");
    }

    private async Task CheckPermissionsAsync(GrafanaClient grafana, CancellationToken cancel)
    {
        var users = await grafana.AllUsersAsync(cancel).ConfigureAwait(false);
        if (users.IsDone) report.Ok($"May list users: {users.Value.Count}, {users.Value.Count(user => user.IsDisabled)} of them disabled");
        else
            Fail("Listing users", users.Outcome, users.Detail,
                "The account must be a server admin, or its service account needs users:read.");

        var disable = await grafana.DisableAsync(NobodysId, cancel).ConfigureAwait(false);
        if (disable.Outcome == GrafanaOutcome.Gone) report.Ok("May disable users");
        else
            Fail("Disabling users", disable.Outcome, disable.Detail,
                "The account must be a server admin, or its service account needs users:disable.");

        var enable = await grafana.EnableAsync(NobodysId, cancel).ConfigureAwait(false);
        if (enable.Outcome == GrafanaOutcome.Gone) report.Ok("May enable users");
        else
            Fail("Enabling users", enable.Outcome, enable.Detail,
                "The account must be a server admin, or its service account needs users:enable; else the command approve does not work.");

        var logout = await grafana.LogoutAsync(NobodysId, cancel).ConfigureAwait(false);
        if (logout.Outcome == GrafanaOutcome.Gone) report.Ok("May end sessions");
        else
            Fail("Ending sessions", logout.Outcome, logout.Detail,
                "The account must be a server admin, or its service account needs users:logout.");
    }

    /// <param name="advice">What to do where a right is missing.</param>
    private void Fail(string what, GrafanaOutcome outcome, string detail, string advice) => report.Fail(
        $"{what}: {(detail.Length > 0 ? detail : $"Grafana said yes for an account that does not exist (id {NobodysId})")}",
        outcome is GrafanaOutcome.Refused or GrafanaOutcome.SignInFailed
            ? advice
            : "That is no answer that Grafana gives: see what GRAFANA_URL leads to, and what stands in front of Grafana.");

    private async Task CheckServerAsync(GrafanaClient grafana, CancellationToken cancel)
    {
        var answer = await grafana.ServerSettingsAsync(cancel).ConfigureAwait(false);
        if (!answer.IsDone)
        {
            report.Warn($"Grafana's own settings: {answer.Detail}", "Not looked at; a server admin may.");
            return;
        }

        server = answer.Value;
        if (server.Flag("server", "router_logging") == true) report.Ok("router_logging is on: who approves whom can be seen");
        else
            report.Warn(
                "router_logging is off: who enables an account cannot be seen, so that each approval in Grafana is one by nobody known, "
                + "and is asked about where it is not alone",
                $"Set router_logging = true in {ServerSettingsFile.Section("server")}.");

        var isBornLocked = (await BornLockedAsync(cancel).ConfigureAwait(false))?.Standing == BornLockedStanding.Whole;
        if (isBornLocked && server.Flag("emails", "welcome_email_on_sign_up") == true)
            report.Warn(
                "welcome_email_on_sign_up is on: Grafana welcomes whoever signs up, and then refuses them",
                $"Set welcome_email_on_sign_up = false in {ServerSettingsFile.Section("emails")}; the daemon writes to them itself.");
        if (isBornLocked && server["users", "auto_assign_org_role"] is { } any and not "None")
            report.Ok($"auto_assign_org_role is {any}: no new account can read, because all are born locked");
        else if (server["users", "auto_assign_org_role"] is { } role and not "None")
            report.Warn(
                $"auto_assign_org_role is {role}: a new account can read until it is locked",
                $"Set it to None in {ServerSettingsFile.Section("users")}, and APPROVED_ROLE=Viewer in {Place("APPROVED_ROLE")}; then "
                + "that moment is harmless.");
        else if (settings.Gate.ApprovedRole is null && server["users", "auto_assign_org_role"] == "None")
            report.Warn(
                "auto_assign_org_role is None, and nobody gets a role on approval",
                $"Set APPROVED_ROLE=Viewer in {Place("APPROVED_ROLE")}.");
        else report.Ok("auto_assign_org_role is None: the moment before the lock is harmless");

        if (server.Flag("users", "verify_email_enabled") == false)
            report.Warn(
                "verify_email_enabled is off: anybody can sign up with anybody's e-mail, and take an invitation that is not theirs",
                $"Set verify_email_enabled = true in {ServerSettingsFile.Section("users")}.");
        if (server["log", "mode"] is { } mode && settings.Log.GrafanaMode is { } wanted && !mode.Contains(wanted, StringComparison.Ordinal))
            report.Fail(
                $"[log] mode is {mode}: Grafana does not write {settings.Log.Name}",
                $"Set mode = console file in {ServerSettingsFile.Section("log")}.");
        if (settings.Log.GrafanaMode == "file" && server["log.file", "format"] == "console")
            report.Fail(
                "[log.file] format is console, which cannot be read reliably",
                $"Set format = text (or json) in {ServerSettingsFile.Section("log.file")}.");
    }

    /// <summary>Looked at once; null without access to Grafana's database.</summary>
    private async Task<BornLockedStatus?> BornLockedAsync(CancellationToken cancel)
    {
        if (settings.Database is null || bornLocked is not null) return bornLocked;
        await using var table = new GrafanaUserTable(settings.Database, context.Time);
        return bornLocked = await table.LookAsync(cancel).ConfigureAwait(false);
    }

    private async Task CheckDatabaseAsync(CancellationToken cancel)
    {
        if (settings.Database is null)
        {
            if (expectsBornLocked)
                report.Warn(
                    "Born locked: Grafana's database still disables new accounts, as far as is known, and nobody looks after that, "
                    + "because GRAFANA_DATABASE is not set",
                    "Set it again and restart the daemon, or: sudo grafana-auto-disable born-locked remove");
            return;
        }

        await using var table = new GrafanaUserTable(settings.Database, context.Time);
        var fitness = await table.CheckAsync(cancel).ConfigureAwait(false);
        if (fitness.IsFit) report.Ok("Grafana's database: external accounts can be locked");
        foreach (var problem in fitness.Problems)
            report.Fail($"Grafana's database: {problem}",
                $"Until then external accounts are only shown out. The rights that are needed: {GrantsScript.Path}");
        foreach (var caution in fitness.Cautions) report.Warn($"Grafana's database: {caution}");
        var born = (await BornLockedAsync(cancel).ConfigureAwait(false))!;
        if (born.Standing == BornLockedStanding.Whole) report.Ok("Born locked: Grafana's database disables new accounts as they are made");
        if (born.Standing == BornLockedStanding.Broken)
            foreach (var problem in born.Problems)
                report.Fail($"Born locked: {problem}", "The daemon locks new accounts all the same, a moment after they are made.");
        foreach (var caution in born.Cautions) report.Warn($"Born locked: {caution}");
        if (born.Standing is BornLockedStanding.Whole or BornLockedStanding.Broken
            && await BornLockedListener.IsPooledAsync(settings.Database, cancel).ConfigureAwait(false) == true)
            report.Warn(
                "Born locked: something stands between us and PostgreSQL that passes no notifications on, such as a pooler",
                "Name the server itself in GRAFANA_DATABASE; until then the daemon hears of new accounts by the log and the list.");
    }

    private async Task CheckChannelsAsync(bool sendTest, CancellationToken cancel)
    {
        var document = new MailDocument("This was a test", Tone.Calm, "TEST",
            [new MailBlock.Lead(Phrase.Of("This is the test that you asked for with check --send-test. Nothing has to be done."))],
            settings.Mail.SmallPrint)
        {
            IsTest = true,
        };
        var test = new Notification(
            $"test/{context.Time.GetUtcNow().ToUnixTimeMilliseconds()}",
            settings.MailTo,
            $"Test of {Identity.Worker.Daemon}",
            document,
            settings.Mail.Brand)
        {
            Brief = new TelegramText(
            [
                new TelegramRow(
                [
                    new TelegramSpan($"Test of {Identity.Worker.Daemon}, asked for with check --send-test. Nothing has to be done."),
                ]),
            ]),
            Events = [NotificationEvent.Test],
        };
        foreach (var route in settings.Channels(context.Time))
            await ChannelCheck.RunAsync(context, report, route.Channel, sendTest ? test : null, cancel, !route.IsExtra)
                .ConfigureAwait(false);
        await AlertmanagerCheck.RunAsync(report, settings.Alertmanager, context.Time, cancel).ConfigureAwait(false);
        await AuditDatabaseCheck.RunAsync(context, report, cancel).ConfigureAwait(false);
        await AnnotationCheck.RunAsync(context, report, settings.Grafana, cancel).ConfigureAwait(false);
    }
}
