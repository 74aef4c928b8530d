using System.Text;

namespace Athena.Common.Settings;

/// <summary>
/// The content of a fresh <c>/etc/default/DAEMON</c>: every setting that the daemon reads, in its own words, so that neither can drift from
/// the other. Every line is commented out: a fresh file sets nothing, and hides nothing of what the daemons share.
/// </summary>
public static class SettingsTemplate
{
    private const int Width = 100;

    /// <summary>Lines end with <c>\n</c>; it can be read by systemd as it is (systemd.exec(5), EnvironmentFile=).</summary>
    /// <param name="hasShared">Whether the daemon also reads the file that the daemons share.</param>
    public static string Write(WorkerIdentity identity, IReadOnlyCollection<RegisteredSetting> settings, bool hasShared = true)
    {
        var text = new StringBuilder();
        Say($"Settings of {identity.Daemon}. Take away the # in front of what you set; what is needed stands first. Then:");
        text.Append("#\n#     sudo ").Append(identity.Daemon).Append(" check\n#\n");
        Say(
            "systemd reads this file, not a shell: no \"export\", no $X, no comment behind a value, no space around \"=\". An empty value "
            + "counts as not set. Durations carry units: 500ms, 60s, 15m, 2h, 90d, 7y.");
        Say(hasShared
            ? $"What the daemons share can stand in /etc/default/{WorkerIdentity.Platform} instead, which is read first; what stands here "
                + "wins. It holds secrets: root alone may read it (0600). An upgrade never touches it."
            : $"/etc/default/{WorkerIdentity.Platform}, which the daemons share, is not read. An upgrade never touches this file.");
        foreach (var (heading, group) in SettingsGroups.Of(settings))
        {
            if (heading.Length > 0) text.Append('\n').Append($"## {heading} ".PadRight(Width, '#')).Append('\n');
            foreach (var setting in group)
            {
                text.Append('\n');
                Say(setting.Help + (setting.IsNeeded ? " Needed." : "") + (setting.IsSecret ? " Secret." : ""));
                text.Append('#').Append(setting.Key).Append('=').Append(setting.Default).Append('\n');
            }
        }

        return text.ToString();

        void Say(string paragraph)
        {
            foreach (var line in Lines(paragraph))
                text.Append("# ").Append(line).Append('\n');
        }
    }

    private static IEnumerable<string> Lines(string paragraph)
    {
        var line = new StringBuilder();
        foreach (var word in paragraph.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }

        yield return line.ToString();
    }
}

/// <summary>
/// In which order settings are shown to whoever fills in a file or reads a manual page: what is needed first, then by matter.
/// </summary>
internal static class SettingsGroups
{
    /// <summary>The heading of what a daemon does not start without.</summary>
    public const string Needed = "What is needed";

    /// <summary>Behind what is needed; of the keys that a daemon has those that stand here, in this order.</summary>
    public static IReadOnlyList<(string Heading, string[] Keys)> All { get; } =
    [
        (
            "Grafana",
            [
                "GRAFANA_URL", "GRAFANA_PUBLIC_URL", "GRAFANA_USER", "GRAFANA_PASSWORD", "GRAFANA_TOKEN", "GRAFANA_ALLOW_HTTP",
                "GRAFANA_TRUST_LOOPBACK", "GRAFANA_CA_FILE", "GRAFANA_TIMEOUT", "ACCOUNT_JOINS_ORGANISATIONS",
                "GRAFANA_ANNOTATIONS", "GRAFANA_DATABASE", "BORN_LOCKED_EXCEPT", "WATCH_DATA_SOURCES", "WATCH_BACKUPS", "BACKUP_MAX_AGE",
            ]),
        (
            "Grafana's log",
            [
                "LOG", "LOKI_QUERY", "LOKI_ORG_ID", "LOKI_USERNAME", "LOKI_PASSWORD", "LOKI_BEARER_TOKEN", "LOKI_CA_CERT_PATH",
                "LOKI_CLIENT_CERT_PATH", "LOKI_CLIENT_KEY_PATH", "LOKI_SETTLE", "LOKI_ALLOW_HTTP", "LOG_KEEP", "PROBE",
                "RENDERING_TIMEOUT",
            ]),
        (
            "Accounts",
            [
                "ADMIN_USER_IDS", "DISPLAY_USER_IDS", "IGNORE_USER_IDS", "ACCESS_AUDIT", "POLL_INTERVAL", "DEFAULT_ROLE", "APPROVED_ROLE",
                "FOUND_ENABLED",
            ]),
        (
            "Decisions",
            [
                "DECISION_LISTEN", "DECISION_URL", "DECISION_MAIL_TO", "DECISION_IDENTITY", "DECISION_ACCESS_TEAM",
                "DECISION_ACCESS_AUDIENCE", "DECISION_DESK", "DECISION_TELEGRAM_USER_IDS", "UNDO_FOR", "ESCALATE_TO", "ESCALATE_AFTER",
            ]),
        (
            "When",
            [
                "TIMEZONE", "REPORT_HOURS", "REPORT_DAYS", "WINDOW", "PULSE_EVERY", "SETTLE", "LOOK_BACK", "REPORT_SINCE", "SUMMARY",
                "FAILED_LOGIN_ALERT", "SIGNUP_ALERT",
            ]),
        (
            "Mail",
            [
                "SMTP_HOST", "SMTP_PORT", "SMTP_SECURITY", "SMTP_USER", "SMTP_PASSWORD", "SMTP_HELO", "SMTP_CA_FILE", "MAIL_FROM",
                "MAIL_FROM_NAME", "REPORT_TO", "MAIL_TO", "OPS_MAIL_TO", "ALERT_MAIL", "KPI_TO", "SENSITIVE_DASHBOARDS", "SUMMARY_TO",
                "REPLY_TO", "MAIL_APPLICANT", "REPORT_RECIPIENT_NAME", "REPORT_NOTE", "REPORT_NOBODY",
            ]),
        (
            "How it looks",
            [
                "BRAND_NAME", "BRAND_FOOTER", "BRAND_COLOR", "BRAND_LOGO", "SITE_OWNER", "SITE_NAME", "SUPPORT_URL", "SUPPORT_CONTACT",
                "LEGAL_NOTE",
            ]),
        (
            "Telegram",
            [
                "TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "TELEGRAM_THREAD_ID", "TELEGRAM_SILENT", "TELEGRAM_NAMES", "PULSE_NAMES",
                "TELEGRAM_API", "TELEGRAM_CA_FILE",
            ]),
        (
            "Who rings",
            [
                "ALERTS", "ALERTMANAGER_URL", "ALERTMANAGER_USER", "ALERTMANAGER_PASSWORD", "ALERTMANAGER_TOKEN", "ALERTMANAGER_CA_FILE",
                "RUNBOOK_URL",
            ]),
        ("Webhook", ["WEBHOOK_URL", "WEBHOOK_SECRET", "WEBHOOK_NAMES", "WEBHOOK_CA_FILE", "TICKET_TO"]),
        ("Drills", ["DRILL_TO", "DRILL_EVERY"]),
        (
            "The daemon itself",
            [
                "HEARTBEAT_URL", "AUDIT_KEEP", "VERDICT_KEEP", "AUDIT_DATABASE", "LOG_LEVEL", "TENANT_ID", "STATE_DIR", "CONTROL_DIR",
                "METRICS_LISTEN", "METRICS_DIR", "DRY_RUN",
            ]),
    ];

    /// <summary>Headings with what stands below them, none of them empty. What is in no group comes last.</summary>
    public static IEnumerable<(string Heading, IReadOnlyList<RegisteredSetting> Settings)> Of(
        IReadOnlyCollection<RegisteredSetting> settings)
    {
        var order = All.SelectMany(group => group.Keys).ToList();
        var groups = settings.OrderBy(one => Place(order, one.Key)).ToLookup(HeadingOf);
        return All.Select(group => group.Heading).Prepend(Needed).Append("").Where(groups.Contains)
            .Select(heading => (heading, (IReadOnlyList<RegisteredSetting>)[.. groups[heading]]));
    }

    /// <summary>Some are needed by a rule of their own, which their help says.</summary>
    private static bool IsNeeded(RegisteredSetting setting) =>
        setting.IsNeeded || setting.Help.EndsWith("Needed.", StringComparison.Ordinal);

    private static string HeadingOf(RegisteredSetting setting) =>
        IsNeeded(setting) ? Needed : All.FirstOrDefault(group => group.Keys.Contains(setting.Key)).Heading ?? "";

    private static int Place(List<string> order, string key) => order.IndexOf(key) is >= 0 and var place ? place : int.MaxValue;
}
