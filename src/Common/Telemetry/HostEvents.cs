using Microsoft.Extensions.Logging;

namespace Athena.Common.Telemetry;

/// <summary>Events that every daemon knows.</summary>
public static class HostEvents
{
    public static EventKind Started { get; } = new(
        "worker-started", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a01"), LogLevel.Information,
        "@SYSLOG_IDENTIFIER@ has started",
        "The daemon has read its settings and works. The entry names its version and that of the runtime.");

    public static EventKind Stopped { get; } = new(
        "worker-stopped", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a02"), LogLevel.Information,
        "@SYSLOG_IDENTIFIER@ has stopped on request",
        "The daemon was asked to stop and has. What was begun is on disk and goes on at the next start.");

    public static EventKind Faulted { get; } = new(
        "worker-faulted", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a03"), LogLevel.Critical,
        "@SYSLOG_IDENTIFIER@ has failed",
        "A fault that the daemon cannot handle ended it with exit code 1; systemd starts it again. This is a bug or a broken machine:\n"
        + "please report the entry with its stack trace.");

    public static EventKind Misconfigured { get; } = new(
        "worker-misconfigured", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a04"), LogLevel.Critical,
        "@SYSLOG_IDENTIFIER@ does not work: its configuration must be put right",
        "The daemon ended with exit code 78 and systemd does not start it again: it would fail in the same way.\n"
        + "The entry lists all that is wrong. Put it right, run the daemon's check command, then start the unit.");

    public static EventKind UnknownSetting { get; } = new(
        "setting-unknown", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a05"), LogLevel.Warning,
        "A setting that @SYSLOG_IDENTIFIER@ does not know",
        "Probably a typo: the key is not read by the daemon, and what it should set has its default value. Correct or remove the line\n"
        + "that the entry names, then restart the daemon.");

    public static EventKind StoppedLate { get; } = new(
        "worker-stopped-late", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a06"), LogLevel.Error,
        "@SYSLOG_IDENTIFIER@ did not come to an end in time",
        "A part of the daemon did not stop within five seconds and was left behind. What was on disk is whole.");

    public static EventKind AuditRefused { get; } = new(
        "audit-refused", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a07"), LogLevel.Error,
        "The audit of @SYSLOG_IDENTIFIER@ cannot be written",
        "The disk refuses. The daemon goes on and keeps the entries in memory, in order, up to a limit; they are lost if it ends before\n"
        + "the disk takes them. Make room, or look at the rights of the state directory.");

    public static EventKind AuditResumed { get; } = new(
        "audit-resumed", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a08"), LogLevel.Information,
        "The audit of @SYSLOG_IDENTIFIER@ is written again",
        "The entries that waited in memory are on disk now.");

    public static EventKind SettingPassedOver { get; } = new(
        "setting-passed-over", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a0b"), LogLevel.Warning,
        "A setting of @SYSLOG_IDENTIFIER@ is not what it seems to be",
        "The daemon works. But a line of its settings is empty or of an old template and something else is taken, or the mail server "
        + "and its\npassword stand in two files. The entry says what is taken and what to write down.");

    public static EventKind OrganisationUnseen { get; } = new(
        "organisation-unseen", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a09"), LogLevel.Warning,
        "An organisation of which @SYSLOG_IDENTIFIER@ sees too little",
        "The daemons' account is no Admin of it, as of each organisation that is made after the account was. Grafana tells only Admins of\n"
        + "service accounts and invitations. The entry has the command that makes it one; it is said once for each organisation.");

    public static EventKind OrganisationJoined { get; } = new(
        "organisation-joined", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a0a"), LogLevel.Information,
        "@SYSLOG_IDENTIFIER@ has made its account an Admin of an organisation",
        "ACCOUNT_JOINS_ORGANISATIONS=yes allows that; the audit has it. To forbid it set that to no, and take the role away in Grafana.");

    public static EventKind MetricsNotWritten { get; } = new(
        "metrics-not-written", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a0c"), LogLevel.Warning,
        "The metrics of @SYSLOG_IDENTIFIER@ cannot be written",
        "The daemon works. Prometheus, where it reads them, sees that they grow old. Make room below /run, or start the daemon anew where\n"
        + "its folder in /run/athena-workers-metrics is missing.");

    public static EventKind MetricsResumed { get; } = new(
        "metrics-resumed", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a0d"), LogLevel.Information,
        "The metrics of @SYSLOG_IDENTIFIER@ are written again",
        "What kept them from it is over.");

    public static EventKind HeartbeatNotTaken { get; } = new(
        "heartbeat-not-taken", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a0e"), LogLevel.Warning,
        "The sign of life of @SYSLOG_IDENTIFIER@ was not taken",
        "The address in HEARTBEAT_URL did not take it; the entry says why, and names no more of the address than its host. The daemon\n"
        + "goes on as before, and tries again each minute. Whoever watches that address raises the alarm meanwhile.");

    public static EventKind HeartbeatTaken { get; } = new(
        "heartbeat-taken", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a0f"), LogLevel.Information,
        "The sign of life of @SYSLOG_IDENTIFIER@ is taken again",
        "The address in HEARTBEAT_URL takes it after it did not.");

    public static EventKind AlertmanagerNotTaken { get; } = new(
        "alertmanager-not-taken", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a10"), LogLevel.Warning,
        "Alertmanager does not take the alerts of @SYSLOG_IDENTIFIER@",
        "The entry says why, and what to do. The daemon goes on as before, and offers them again and again. After five minutes they go by\n"
        + "chat and mail, also with ALERTS=alertmanager.");

    public static EventKind AlertmanagerTaken { get; } = new(
        "alertmanager-taken", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a11"), LogLevel.Information,
        "Alertmanager takes the alerts of @SYSLOG_IDENTIFIER@ again",
        "What is wrong now has been told to it.");

    public static EventKind WebhookTaken { get; } = new(
        "webhook-taken", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a12"), LogLevel.Information,
        "An event was taken by the webhook",
        "The entry names the event's key and what the other side answered.");

    public static EventKind WebhookTrouble { get; } = new(
        "webhook-trouble", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a13"), LogLevel.Warning,
        "The webhook did not take an event",
        "The address in WEBHOOK_URL did not take it; the entry says why, and names no more of the address than its host. It waits and is\n"
        + "tried again for five days. Mails and the chat do not wait for it.\n"
        + "    sudo @SYSLOG_IDENTIFIER@ check");

    public static EventKind TicketTaken { get; } = new(
        "ticket-taken", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a20"), LogLevel.Information,
        "A mail to the ticket system was accepted by the mail server",
        "The entry names the trouble or alert, and the server's answer.");

    public static EventKind TicketTrouble { get; } = new(
        "ticket-trouble", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a21"), LogLevel.Warning,
        "A mail to the ticket system was not accepted",
        "The mail server did not take a mail to TICKET_TO; the entry says why. It waits and is tried again for five days, unless it was\n"
        + "refused for good. Other mails and the chat do not wait for it.\n"
        + "    sudo @SYSLOG_IDENTIFIER@ check");

    public static EventKind AuditNotCopied { get; } = new(
        "audit-not-copied", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a30"), LogLevel.Warning,
        "The audit of @SYSLOG_IDENTIFIER@ is not copied to the database",
        "The entry says why, and what to do. The audit's file is written as ever, and is what counts. What the database in AUDIT_DATABASE\n"
        + "has missed is copied as soon as that is possible, however long it was away.\n"
        + "    sudo @SYSLOG_IDENTIFIER@ check");

    public static EventKind AuditCopied { get; } = new(
        "audit-copied", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a31"), LogLevel.Information,
        "The audit of @SYSLOG_IDENTIFIER@ is copied to the database again",
        "What had waited is there.");

    public static EventKind AnnotationsNotWritten { get; } = new(
        "annotations-not-written", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a32"), LogLevel.Warning,
        "@SYSLOG_IDENTIFIER@ does not write onto Grafana's dashboards",
        "The entry says why, and what to do. Locks, mails and reports do not wait for it. What happens meanwhile is written as soon as\n"
        + "Grafana takes it, the newest thousand lines of it.\n"
        + "    sudo @SYSLOG_IDENTIFIER@ check");

    public static EventKind AnnotationsWritten { get; } = new(
        "annotations-written", new Guid("0b7a3d0e-3f0c-4c8e-9d41-6b1b3f2c7a33"), LogLevel.Information,
        "@SYSLOG_IDENTIFIER@ writes onto Grafana's dashboards again",
        "What had waited is there.");

    public static IReadOnlyList<EventKind> All { get; } =
        [
            Started, Stopped, Faulted, Misconfigured, UnknownSetting, StoppedLate, AuditRefused, AuditResumed, OrganisationUnseen,
            OrganisationJoined, SettingPassedOver, MetricsNotWritten, MetricsResumed, HeartbeatNotTaken, HeartbeatTaken,
            AlertmanagerNotTaken, AlertmanagerTaken,
            WebhookTaken, WebhookTrouble, TicketTaken, TicketTrouble, AuditNotCopied, AuditCopied, AnnotationsNotWritten,
            AnnotationsWritten,
        ];
}
