using Athena.ActiveUsers.Pulses;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Policy;

/// <summary>What people read when something is wrong or over: what, since when, what it means, what to do next. Pure.</summary>
internal static class AlertText
{
    /// <summary>A detail ends with its remedy: room for all of it.</summary>
    private const int MostDetail = 1000;

    /// <summary>A login of this machine is no longer.</summary>
    public const int MostName = 40;

    /// <summary>The last line of what may have been told before.</summary>
    public const string PerhapsSaid = "Perhaps said already: it is not known whether this arrived before.";

    public static Severity SeverityOf(AlertKind kind) => kind switch
    {
        AlertKind.GrafanaDown or AlertKind.DatabaseDown or AlertKind.AlertmanagerSilent => Severity.Critical,
        AlertKind.VersionChanged => Severity.Info,
        AlertKind.DatabaseFailing or AlertKind.LogNotSeen or AlertKind.FailedLogins or AlertKind.SignUps or AlertKind.MemoryNotWritten
            or AlertKind.SecondCopy or AlertKind.ListenerNotProved or AlertKind.DataSourceFails or AlertKind.BackupFails =>
            Severity.Warning,
    };

    public static TelegramText Began(OpenAlert alert, PulseWording wording)
    {
        var (title, meaning, next) = Words(alert.Kind);
        var severity = SeverityOf(alert.Kind).ToString().ToUpperInvariant();
        var since = $"since {wording.Clock.ClockWithZone(alert.Since)}";
        return new TelegramText(
        [
            new TelegramRow([new TelegramSpan($"{severity} · {Brand(wording)}: {title}", TelegramStyle.Bold)]),
            Row(alert.Detail.Length == 0 ? since : $"{since}: {UntrustedText.Visible(alert.Detail, MostDetail)}"),
            Row(meaning),
            new TelegramRow([new TelegramSpan("Next: "), new TelegramSpan(next, TelegramStyle.Code)]),
            .. NumberRow(alert),
        ]);
    }

    /// <summary>Somebody has taken it up.</summary>
    public static TelegramText Taken(OpenAlert alert, PulseWording wording)
    {
        var by = alert.Acknowledged!;
        return new TelegramText(
        [
            new TelegramRow(
                [new TelegramSpan($"ACKNOWLEDGED · {Brand(wording)}: {Words(alert.Kind).Title}", TelegramStyle.Bold)]),
            Row($"by {UntrustedText.Visible(by.By, MostName)} at {wording.Clock.ClockWithZone(by.At)}: "
                + UntrustedText.Visible(by.Note, MostDetail)),
            .. NumberRow(alert),
        ]);
    }

    public static TelegramText Over(OpenAlert alert, DateTimeOffset overAt, PulseWording wording) => new(
    [
        new TelegramRow([new TelegramSpan($"OVER · {Brand(wording)}: {OverTitle(alert.Kind)}", TelegramStyle.Bold)]),
        Row($"after {Spoken(overAt - alert.Since)}, {wording.Clock.Span(new Window(alert.Since, overAt))}"),
        .. NumberRow(alert),
    ]);

    /// <summary>The same for whoever rings people: without what was seen, in which a stranger's words may stand.</summary>
    public static StandingAlert Standing(OpenAlert alert, PulseWording wording)
    {
        var (title, meaning, next) = Words(alert.Kind);
        return new StandingAlert(
            NameOf(alert.Kind), SeverityOf(alert.Kind), alert.Since, $"{Brand(wording)}: {title}", $"{meaning} Next: {next}")
        {
            Number = alert.Number,
            AcknowledgedAt = alert.Acknowledged?.At,
        };
    }

    /// <summary>What Alertmanager calls it; a rule of Prometheus about the same has this name, too.</summary>
    internal static string NameOf(AlertKind kind) => kind switch
    {
        AlertKind.MemoryNotWritten => "AthenaStateUnwritten",
        AlertKind.FailedLogins => "AthenaManyFailedLogins",
        AlertKind.SignUps => "AthenaManySignUps",
        AlertKind.GrafanaDown or AlertKind.DatabaseDown or AlertKind.DatabaseFailing or AlertKind.LogNotSeen or AlertKind.SecondCopy
            or AlertKind.ListenerNotProved or AlertKind.AlertmanagerSilent or AlertKind.VersionChanged or AlertKind.DataSourceFails
            or AlertKind.BackupFails => $"Athena{kind}",
    };

    /// <summary>What is so again.</summary>
    public static string OverTitle(AlertKind kind) => kind switch
    {
        AlertKind.GrafanaDown => "Grafana answers again",
        AlertKind.DatabaseDown or AlertKind.DatabaseFailing => "Grafana's database answers again",
        AlertKind.LogNotSeen => "Grafana's log is seen again",
        AlertKind.FailedLogins => "few failed logins again",
        AlertKind.SecondCopy => "one copy of the daemon works again",
        AlertKind.ListenerNotProved => "it is Grafana who listens at its address",
        AlertKind.DataSourceFails => "the data sources answer again",
        AlertKind.BackupFails => "nothing is wrong with the backups that are watched",
        AlertKind.MemoryNotWritten => "the pulse is written down and sent again",
        AlertKind.SignUps => "few sign-ups again",
        AlertKind.AlertmanagerSilent => "Alertmanager takes alerts again",
        AlertKind.VersionChanged => "Grafana has kept its version since",
    };

    /// <summary>
    /// For a message that a crash may or may not have let through: better twice than never, and marked. One that is marked stays as it is.
    /// </summary>
    public static TelegramText Again(TelegramText text) =>
        text.Rows[^1].Spans is [{ Text: PerhapsSaid }] ? text : new([.. text.Rows, Row(PerhapsSaid)]);

    /// <summary>For people: <c>45 s</c>, <c>12 min</c>, <c>3 h 05 min</c>, <c>2 days</c>.</summary>
    public static string Spoken(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => FormattableString.Invariant($"{span.TotalSeconds:F0} s"),
        { TotalMinutes: < 120 } => FormattableString.Invariant($"{span.TotalMinutes:F0} min"),
        { TotalHours: < 48 } => FormattableString.Invariant($"{(int)span.TotalHours} h {span.Minutes:D2} min"),
        _ => FormattableString.Invariant($"{span.TotalDays:F0} days"),
    };

    /// <summary>What is wrong now, for a pulse, which has looked for itself how Grafana and its database are.</summary>
    public static IReadOnlyList<string> BesideHealth(IEnumerable<OpenAlert> open) =>
    [
        .. open.Where(alert => alert.Kind is not (AlertKind.GrafanaDown or AlertKind.DatabaseDown or AlertKind.DatabaseFailing))
            .Select(alert => Words(alert.Kind).Title),
    ];

    /// <summary>Title, what it means, and the next command.</summary>
    internal static (string Title, string Meaning, string Next) Words(AlertKind kind) => kind switch
    {
        AlertKind.GrafanaDown => ("Grafana does not answer",
            "Two checks a minute apart failed. If it is Grafana, and not the way to it, nobody can see a dashboard.",
            "systemctl status grafana-server"),
        AlertKind.DatabaseDown => ("Grafana's database does not answer",
            "Grafana runs, but nobody can sign in or open a dashboard.",
            "journalctl -u grafana-server -n 50"),
        AlertKind.DatabaseFailing => ("Grafana's database failed",
            "For a while Grafana could not find out who asks: open pages showed errors and nobody could sign in. These are no "
            + "failed logins.",
            "journalctl -u grafana-server --since -10min | grep authn.service"),
        AlertKind.LogNotSeen => ("Grafana's log is not seen",
            "Who is active cannot be told without it, and the pulse says so as well.",
            $"sudo {Identity.Worker.Daemon} check"),
        AlertKind.FailedLogins => ("many failed logins",
            "Somebody may be guessing passwords; Grafana locks a login for five minutes after five wrong ones.",
            "journalctl -u grafana-server --since -10min | grep authn.service"),
        AlertKind.SignUps => ("many sign-ups",
            "Accounts are being made faster than people register. grafana-auto-disable locks them, if it runs.",
            "sudo grafana-auto-disable pending"),
        AlertKind.MemoryNotWritten => ("the pulse cannot save its state",
            "The disk is full or read-only. No pulse is sent meanwhile, because it could come twice; alerts are. The other daemons may "
            + "have the same trouble.",
            "df -h /var/lib"),
        AlertKind.SecondCopy => ("a second copy of the pulse works",
            "Two copies of the daemon read the same Grafana: each pulse comes twice. An old host may run on: stop the one that is not "
            + "needed, on its host.",
            $"sudo systemctl disable --now {Identity.Worker.Daemon}"),
        AlertKind.ListenerNotProved => ("it is not proved that it is Grafana who is asked",
            "While Grafana is down any local user can listen at its address, and would be sent the daemon's password if it were believed.",
            $"sudo {Identity.Worker.Daemon} check"),
        AlertKind.AlertmanagerSilent => ("Alertmanager takes no alerts",
            "Nobody is rung by it. What is wrong is told here and by mail until it takes them again.",
            $"sudo {Identity.Worker.Daemon} check"),
        AlertKind.DataSourceFails => ("a data source does not answer",
            "Panels that ask it show no data. Grafana's own page of it (Connections, Data sources: Save & test) says why.",
            $"sudo {Identity.Worker.Daemon} status"),
        AlertKind.BackupFails => ("a backup is not as it should be",
            "If Grafana's data were lost now, there might be nothing good to put back.",
            $"sudo {Identity.Worker.Daemon} check"),
        AlertKind.VersionChanged => ("Grafana has another version",
            "Somebody updated it, or another server answers at its address.",
            "journalctl -u grafana-server -n 50"),
    };

    /// <summary>As code it is copied as it is.</summary>
    private static TelegramRow[] NumberRow(OpenAlert alert) =>
        alert.Number is { } number ? [new TelegramRow([new TelegramSpan("Alert: "), new TelegramSpan(number, TelegramStyle.Code)])] : [];

    private static string Brand(PulseWording wording) => wording.Name;

    private static TelegramRow Row(string text) => new([new TelegramSpan(text)]);
}
