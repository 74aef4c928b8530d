using System.Globalization;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.Workers.Setup;

/// <summary>What a fresh host is asked, in this order: what all daemons share, then each daemon's own.</summary>
internal static class SetupQuestions
{
    private const string GrafanasFile = "/var/log/grafana/grafana.log";

    public static IReadOnlyList<SetupQuestion> All { get; } =
    [
        new("GRAFANA_URL", "Grafana's address, as this host reaches it")
        {
            Default = "http://127.0.0.1:3000",
            Problem = NoAddressOfGrafana,
        },
        new("LOG", "Grafana's log: file:PATH, or journal:UNIT")
        {
            Default = File.Exists(GrafanasFile) ? "file:" + GrafanasFile : "journal:grafana-server.service",
            Problem = text => LogSource.TryParse(text, out var problem) is null ? problem : null,
        },
        new("SMTP_HOST", "Mail server: its name"),
        new("SMTP_PORT", "Mail server: its port") { Default = "587", Problem = NoPort },
        new("SMTP_SECURITY", "Mail server: starttls, tls, or none for one on this very host")
        {
            Default = "starttls",
            Problem = text => text is "starttls" or "tls" or "none" ? null : "must be starttls, tls or none",
        },
        new("SMTP_USER", "Mail server: the login; nothing where it wants none") { MayBeEmpty = true },
        new("SMTP_PASSWORD", "Mail server: the password") { IsSecret = true, Needs = "SMTP_USER" },
        new("MAIL_FROM", "The address that mails come from") { Problem = NoMailAddress },
        new("OPS_MAIL_TO", "Who is mailed when a daemon itself is in trouble; several are parted by commas") { Problem = NoMailAddress },
        new("MAIL_TO", "Who decides about new accounts; several are parted by commas")
        {
            Daemon = AutoDisable.Identity.Worker.Daemon,
            Problem = NoMailAddress,
        },
        new("ADMIN_USER_IDS", "The user ids of Grafana's administrators (Administration, Users; id in the address), as in 1,4")
        {
            Daemon = Compliance.Identity.Worker.Daemon,
            Problem = text => text.Split(',').All(id => long.TryParse(id.Trim(), NumberStyles.None, null, out var number) && number > 0)
                ? null : "must be numbers, parted by commas, as in 1,4",
        },
        new("REPORT_TO", "Who gets the reports of grafana-compliance; several are parted by commas")
        {
            Daemon = Compliance.Identity.Worker.Daemon,
            Problem = NoMailAddress,
        },
        new("TELEGRAM_BOT_TOKEN", "The token of the Telegram bot, as @BotFather gave it")
        {
            Daemon = ActiveUsers.Identity.Worker.Daemon,
            IsSecret = true,
        },
        new("TELEGRAM_CHAT_ID", "The chat's id: a number, negative for a group")
        {
            Daemon = ActiveUsers.Identity.Worker.Daemon,
            Problem = NoChat,
        },
    ];

    private static string? NoAddressOfGrafana(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? null : "must be an address such as http://127.0.0.1:3000";

    private static string? NoPort(string text) =>
        ushort.TryParse(text, NumberStyles.None, null, out var port) && port > 0 ? null : "must be a number from 1 to 65535";

    private static string? NoMailAddress(string text) =>
        text.Split(',').All(address => address.Trim().Split('@') is [{ Length: > 0 }, { Length: > 0 }])
            ? null : "must be an address such as ops@example.org; several are parted by commas";

    private static string? NoChat(string text) =>
        text.StartsWith('@') || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? null : "must be a number such as -1001234567890, or a channel's @name";
}
