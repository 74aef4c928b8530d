using Athena.ActiveUsers;
using Athena.AutoDisable;
using Athena.Common.Settings;
using Athena.Compliance;

namespace Athena.Workers.Setup;

/// <summary>What a fresh host is asked, in this order: what all daemons share, then each daemon's own.</summary>
internal static class SetupQuestions
{
    private const string GrafanasFile = "/var/log/grafana/grafana.log";

    public static IReadOnlyList<SetupQuestion> All { get; } =
    [
        new("GRAFANA_URL", "Grafana's address, as this host reaches it") { Default = "http://127.0.0.1:3000" },
        new("LOG", "Grafana's log: file:PATH, or journal:UNIT")
        {
            Default = File.Exists(GrafanasFile) ? "file:" + GrafanasFile : "journal:grafana-server.service",
        },
        new("SMTP_HOST", "Mail server: its name"),
        new("SMTP_PORT", "Mail server: its port") { Default = "587" },
        new("SMTP_SECURITY", "Mail server: starttls, tls, or none for one on this very host") { Default = "starttls" },
        new("SMTP_USER", "Mail server: the login; nothing where it wants none") { MayBeEmpty = true },
        new("SMTP_PASSWORD", "Mail server: the password") { IsSecret = true, Needs = "SMTP_USER" },
        new("MAIL_FROM", "The address that mails come from"),
        new("OPS_MAIL_TO", "Who is mailed when a daemon itself is in trouble; several are parted by commas"),
        new("MAIL_TO", "Who decides about new accounts; several are parted by commas") { Daemon = AutoDisable.Identity.Worker.Daemon },
        new("ADMIN_USER_IDS", "The user ids of Grafana's administrators (Administration, Users; id in the address), as in 1,4")
        {
            Daemon = Compliance.Identity.Worker.Daemon,
        },
        new("REPORT_TO", "Who gets the reports of grafana-compliance; several are parted by commas")
        {
            Daemon = Compliance.Identity.Worker.Daemon,
        },
        new("TELEGRAM_BOT_TOKEN", "The token of the Telegram bot, as @BotFather gave it")
        {
            Daemon = ActiveUsers.Identity.Worker.Daemon,
            IsSecret = true,
        },
        new("TELEGRAM_CHAT_ID", "The chat's id: a number, negative for a group") { Daemon = ActiveUsers.Identity.Worker.Daemon },
    ];

    private static readonly Action<SettingsReader>[] Readers =
    [
        reader => AutoDisableSettings.Read(reader), reader => ComplianceSettings.Read(reader), reader => ActiveUsersSettings.Read(reader),
    ];

    /// <summary>What the daemons that read the key would say against this answer; null when nothing.</summary>
    public static string? Problem(string key, string value)
    {
        foreach (var read in Readers)
        {
            var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string> { [key] = value }));
            read(reader);
            if (reader.Problems.FirstOrDefault(problem => problem.Key == key) is { } found) return found.Reason;
        }

        return null;
    }
}
