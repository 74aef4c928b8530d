using Athena.ActiveUsers;
using Athena.AutoDisable;
using Athena.Common.Settings;
using Athena.Compliance;

namespace Athena.Workers.Setup;

/// <summary>What a fresh host is asked, in this order: what all daemons share, then each daemon's own.</summary>
internal static class SetupQuestions
{
    /// <summary>With it, somebody decides from a mail.</summary>
    public const string Url = "DECISION_URL";

    /// <summary>Who does.</summary>
    public const string MailTo = "DECISION_MAIL_TO";

    /// <summary>Whose word besides, in the file of the gate and in that of the page.</summary>
    public const string Identity = "DECISION_IDENTITY";

    /// <summary>Of <see cref="Identity"/>: nobody's, and each has a PIN.</summary>
    public const string NoIdentity = "none";

    /// <summary>Where the links in mails lead.</summary>
    public const string PublicUrl = "GRAFANA_PUBLIC_URL";

    /// <summary>Who writes into the chat.</summary>
    public const string Token = "TELEGRAM_BOT_TOKEN";

    /// <summary>Where the Bot API shows what was posted, to whoever has the token; for a browser elsewhere, which setup is not.</summary>
    private const string Updates = "https://api.telegram.org/bot<token>/getUpdates, opened once on a machine of your own,";

    /// <summary>Which chat.</summary>
    public const string ChatId = "TELEGRAM_CHAT_ID";

    /// <summary>Who decides by buttons in the chat; asked where somebody wants that, which is off by itself.</summary>
    public static SetupQuestion Buttons { get; } = new(
        "DECISION_TELEGRAM_USER_IDS",
        "Decisions in the chat: Telegram ids, parted by commas; ID=ADDRESS for who approves with a PIN, ID for who only rejects")
    {
        Daemon = AutoDisable.Identity.Worker.Daemon,
        Hint = $"Telegram shows nobody their id. Each posts /id in the group; then {Updates} has \"from\":{{\"id\":…}} with their name.",
    };

    /// <summary>Which chat; that of the pulse, unless the gate has one of its own.</summary>
    public static IReadOnlyList<string> Chat { get; } = [Token, ChatId];

    /// <summary>Asked when Grafana has said who its server admins are: its pages show no id.</summary>
    public static SetupQuestion Administrators { get; } = new(
        "ADMIN_USER_IDS", "The ids of Grafana's administrators, parted by commas; an hour in which only they were active is reported")
    {
        Daemon = Compliance.Identity.Worker.Daemon,
    };

    private static SetupQuestion Encryption { get; } = new(
        "SMTP_SECURITY", "Mail server: starttls, tls, or none for one on this very host")
    {
        Default = "starttls",
        TriedWith = ["SMTP_HOST", "SMTP_PORT", "SMTP_SECURITY"],
    };

    private const string GrafanasFile = "/var/log/grafana/grafana.log";

    public static IReadOnlyList<SetupQuestion> All { get; } =
    [
        new("GRAFANA_URL", "Grafana's address, as this host reaches it") { Default = "http://127.0.0.1:3000" },
        new("LOG", "Grafana's log: file:PATH, or journal:UNIT")
        {
            Default = File.Exists(GrafanasFile) ? "file:" + GrafanasFile : "journal:grafana-server.service",
        },
        new(
            "TIMEZONE",
            "The time zone of those who read mails and reports, and of the hours that are reported; as in Africa/Johannesburg")
        {
            Default = HostZone.Of("/etc"),
            IsForEyes = true,
        },
        new("SMTP_HOST", "Mail server: its name, as in mail.hospital.example"),
        new("SMTP_PORT", "Mail server: its port") { Default = "587" },
        Encryption,
        new("SMTP_USER", "Mail server: the login; nothing where it wants none") { MayBeEmpty = true, After = Encryption },
        new("SMTP_PASSWORD", "Mail server: the password")
        {
            IsSecret = true,
            Needs = "SMTP_USER",
            TriedWith = ["SMTP_USER", "SMTP_PASSWORD"],
        },
        new("MAIL_FROM", "The address that mails come from"),
        new(
            PublicUrl,
            "Where the links in mails lead: Grafana's address in the admins' browsers, as in https://grafana.example; nothing where "
            + "it is the same as for this host")
        {
            Daemon = AutoDisable.Identity.Worker.Daemon,
            MayBeEmpty = true,
        },
        new("OPS_MAIL_TO", "Who looks after this host: mailed when a daemon fails, and alerts; several addresses are parted by commas"),
        new("MAIL_TO", "Who decides about new accounts, by mail address; several are parted by commas")
        {
            Daemon = AutoDisable.Identity.Worker.Daemon,
        },
        Administrators,
        new("REPORT_TO", "Who gets the reports of grafana-compliance, by mail address; several are parted by commas")
        {
            Daemon = Compliance.Identity.Worker.Daemon,
        },
        new(Token, "The token of the Telegram bot, as @BotFather gave it")
        {
            Daemon = ActiveUsers.Identity.Worker.Daemon,
            IsSecret = true,
            TriedWith = [Token],
        },
        new(ChatId, "The chat's id: a number, negative for a group")
        {
            Daemon = ActiveUsers.Identity.Worker.Daemon,
            TriedWith = [ChatId],
            Hint = $"Post /id in the group; then {Updates} has \"chat\":{{\"id\":-…}}.",
        },
        OfDecisions(Url, "Decisions: the address under which the admins' browsers reach Grafana, as in https://grafana.example"),
        OfDecisions(MailTo, "Decisions: whose mails have links, some of those who decide; several are parted by commas", Url),
        OfDecisions(
            Identity, "Decisions: what approves beside a link: none (the admin's PIN), access (Cloudflare Access) or oauth2-proxy", Url)
            with { Default = NoIdentity },
        OfDecisions("DECISION_ACCESS_TEAM", "Cloudflare Access: the team's address, as in https://hospital.cloudflareaccess.com", Identity)
            with { NeedsValue = "access" },
        OfDecisions("DECISION_ACCESS_AUDIENCE", "Cloudflare Access: the application's audience tag, 64 hexadecimal digits", Identity)
            with { NeedsValue = "access" },
        Buttons,
    ];

    private static readonly Action<SettingsReader>[] Readers =
    [
        reader => AutoDisableSettings.Read(reader), reader => ComplianceSettings.Read(reader), reader => ActiveUsersSettings.Read(reader),
    ];

    /// <summary>What the daemons that read the key would say against this answer; null when nothing.</summary>
    /// <param name="others">What is known of the other settings.</param>
    public static string? Problem(string key, string value, IReadOnlyDictionary<string, string> others)
    {
        foreach (var read in Readers)
        {
            var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string>(others) { [key] = value }));
            read(reader);
            if (reader.Problems.FirstOrDefault(problem => problem.Key == key) is { } found) return found.Reason;
        }

        return null;
    }

    private static SetupQuestion OfDecisions(string key, string text, string? needs = null) =>
        new(key, text) { Daemon = AutoDisable.Identity.Worker.Daemon, Needs = needs, IsOfDecisions = true };
}

/// <summary>A setting without which a fresh host does not work, and how a person is asked for it.</summary>
/// <param name="Key">Of the settings file.</param>
/// <param name="Text">The question, without its question mark.</param>
internal sealed record SetupQuestion(string Key, string Text)
{
    /// <summary>In whose file it is written; null: in the one that all share.</summary>
    public string? Daemon { get; init; }

    /// <summary>Taken when nothing is typed; null where there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Where to find the answer, said before the question; null where nobody has to look.</summary>
    public string? Hint { get; init; }

    /// <summary>Asked for without echo, shown nowhere.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Nothing typed is an answer, too.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Asked only where this key has a value; null: always.</summary>
    public string? Needs { get; init; }

    /// <summary>Asked only where <see cref="Needs"/> has this value; null: any.</summary>
    public string? NeedsValue { get; init; }

    /// <summary>Asked only where somebody wants to decide from a mail, which is off by itself.</summary>
    public bool IsOfDecisions { get; init; }

    /// <summary>
    /// Asked only where the trial of that one has found that it can be used, or somebody wants it all the same; null: always.
    /// </summary>
    public SetupQuestion? After { get; init; }

    /// <summary>What is usual here holds only where somebody sees it: a script that does not say it leaves it unset.</summary>
    public bool IsForEyes { get; init; }

    /// <summary>With its answer these are tried where they are used, and asked for again when they do not work; null: nothing is.</summary>
    public IReadOnlyList<string>? TriedWith { get; init; }
}

/// <summary>The time zone that this host is set to.</summary>
internal static class HostZone
{
    private const string Zones = "/zoneinfo/";

    /// <summary>As in <c>Europe/Berlin</c>; null where the host names none that there is.</summary>
    /// <param name="etc"><c>/etc</c>: its localtime, a link to the zone, or its file timezone.</param>
    public static string? Of(string etc)
    {
        var link = new FileInfo(Path.Combine(etc, "localtime")).LinkTarget;
        var file = Path.Combine(etc, "timezone");
        var name = link?.IndexOf(Zones, StringComparison.Ordinal) is >= 0 and var at ? link[(at + Zones.Length)..]
            : File.Exists(file) ? File.ReadLines(file).FirstOrDefault()?.Trim()
            : null;
        return name is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _) ? name : null;
    }
}
