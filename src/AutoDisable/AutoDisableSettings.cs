using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Notify.Chat;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.Time;

namespace Athena.AutoDisable;

/// <summary>Everything that can be set, see docs/configuration.md.</summary>
internal sealed class AutoDisableSettings
{
    /// <summary>A drill takes up to six minutes, and each one mails.</summary>
    private static readonly TimeSpan LeastDrillEvery = TimeSpan.FromMinutes(10);

    /// <summary>Unlike a mail server a chat may be asked often, and is to be told soon after it is back.</summary>
    private static readonly TimeSpan LongestPauseOfChat = TimeSpan.FromMinutes(5);

    public required GrafanaClientOptions Grafana { get; set; }

    /// <summary>Grafana's own database, for external accounts; null when the daemon has no access to it.</summary>
    public GrafanaDatabaseOptions? Database { get; init; }

    public required SmtpSettings Smtp { get; init; }

    public required IReadOnlyList<string> MailTo { get; init; }

    public required Notify.Mails.MailOptions Mail { get; init; }

    /// <summary>The chat for what is critical; null when none is set.</summary>
    public ChatOptions? Chat { get; init; }

    /// <summary>How Alertmanager rings; null where it does not.</summary>
    public AlertmanagerSettings? Alertmanager { get; init; }

    public required AutoDisableOptions Gate { get; set; }

    /// <summary>Where events are posted; null for nowhere.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>Where tickets are opened and closed by mail; null for nowhere.</summary>
    public TicketSettings? Tickets { get; init; }

    /// <summary>Who may decide from a mail; null when nobody does.</summary>
    public DecisionOptions? Decisions { get; init; }

    /// <summary>Who may decide by buttons in the chat; null when nobody does.</summary>
    public ChatDecisionOptions? ChatDecisions { get; init; }

    /// <summary>Whose PINs are kept: those who approve from a mail or in the chat.</summary>
    public IReadOnlyList<string> PinHolders =>
        [.. (Decisions?.MailTo ?? []).Concat(ChatDecisions?.Addresses ?? []).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The log that is followed.</summary>
    public required ILogSource Log { get; init; }

    /// <summary>How long that log is to be kept.</summary>
    public required TimeSpan LogKeep { get; init; }

    public required TimeSpan PollInterval { get; init; }

    /// <summary>
    /// The ways to our people, by which everything that is sent goes: mail first, which has all of it. Another way is one more line here.
    /// </summary>
    /// <param name="memory">What a chat must not forget; null forgets it.</param>
    public IReadOnlyList<ChannelRoute> Channels(TimeProvider time, ITelegramMemory? memory = null) =>
    [
        new(new MailChannel(Smtp, time, Mail.Brand.Logo), MailChannel.Folder) { Counts = key => !Notify.Mails.ApplicantKeys.Has(key) },
        .. Chat is { } chat
            ?
            [
                new ChannelRoute(new TelegramChannel(new TelegramBot(chat.Telegram, time, memory)), TelegramChannel.Folder)
                {
                    IsForTheCritical = true,
                    LongestPause = LongestPauseOfChat,
                },
            ]
            : (ChannelRoute[])[],
        .. ProgramRoutes.Of(Webhook, Tickets, time),
    ];

    /// <summary>Reads everything and never throws: what is faulty is in the reader's problems, and has some value here.</summary>
    public static AutoDisableSettings Read(SettingsReader reader)
    {
        var grafana = GrafanaSettings.Read(
            reader, Identity.Worker,
            "Token of a service account (Enterprise, with users:read, users:disable, users:logout and users:enable).");
        var smtp = MailSettings.Smtp(reader);
        var to = MailSettings.Addresses(reader, "MAIL_TO", "The admins who are told, comma separated.", needed: true);
        var brand = MailSettings.Brand(reader, smtp);
        var applicant = reader.List(
            "MAIL_APPLICANT", "approved", "What the applicant is told: no, or some of received, approved, rejected.",
            false, "no", "received", "approved", "rejected");
        var drillTo = MailSettings.Addresses(
            reader, "DRILL_TO", "Who gets the mail of a drill, comma separated; may be the same as MAIL_TO.", needed: false);
        var drillEvery = ReadDrillEvery(reader);
        if (drillEvery is not null && drillTo.Count == 0)
            reader.Refuse("DRILL_TO", "is needed with DRILL_EVERY: who gets the mail of a drill");
        var escalateTo = MailSettings.Addresses(
            reader, "ESCALATE_TO", "Who is told once where nobody has acted on a critical mail for ESCALATE_AFTER, comma separated.",
            needed: false);
        var escalateAfter = ReadEscalateAfter(reader, escalateTo.Count > 0);
        var database = ReadDatabase(reader);
        var publicUrl = reader.OptionalUri(
            "GRAFANA_PUBLIC_URL",
            "Grafana as the admins' browsers reach it, for the links in mails; default GRAFANA_URL.",
            "https",
            "http");
        if (publicUrl is null && grafana.IsSocket)
            reader.Refuse("GRAFANA_PUBLIC_URL", "is needed where GRAFANA_URL is a socket: no browser can open that");
        publicUrl ??= new Uri(grafana.Url);
        var zone = ZoneSetting.Read(reader, "In which times are shown in mails, and meant in commands, a name of the tz database.");
        var chat = ReadChat(reader);
        var chatDecisions = ChatDecisionSettings.Read(reader, to, chat);
        var role = reader.Choice(
            "DEFAULT_ROLE", "Viewer", "The role that sign-up gives; another one is pointed out in the mail.", "None", "Viewer", "Editor",
            "Admin");
        var settings = new AutoDisableSettings
        {
            Grafana = grafana,
            Database = database,
            Smtp = smtp,
            MailTo = to,
            Mail = new Notify.Mails.MailOptions(to, publicUrl, brand, zone)
            {
                DrillTo = drillTo,
                SignInAt = grafana.SettingsAt,
                NamesInChat = chat?.Names ?? NameStyle.Login,
                Host = Environment.MachineName,
                DefaultRole = role,
                TellsTheApproved = applicant.Contains("approved"),
                EscalateTo = escalateTo,
                DecidesInChat = chatDecisions is not null,
            },
            Chat = chat,
            Alertmanager = AlertmanagerSettings.Read(reader),
            ChatDecisions = chatDecisions,
            Webhook = WebhookSettings.Read(reader, Identity.Worker.Daemon),
            Tickets = TicketSettings.Read(reader, Identity.Worker.Daemon),
            Decisions = DecisionSettings.Read(reader, to, publicUrl),
            Gate = new AutoDisableOptions(
                grafana.IsSocket ? publicUrl.AbsoluteUri.TrimEnd('/') : grafana.Url,
                role,
                reader.Text("APPROVED_ROLE", "Role given on approval to those who have none (for auto_assign_org_role = None)."),
                applicant.Contains("received"),
                applicant.Contains("approved"),
                applicant.Contains("rejected"),
                drillTo,
                drillEvery,
                ReceivedIfBornLocked: !reader.IsGiven("MAIL_APPLICANT"),
                AsksAboutFound: reader.Choice(
                    "FOUND_ENABLED",
                    "relock",
                    "What happens after 15 minutes without an answer to accounts that we had locked and that were found enabled by nobody "
                    + "known, more than one or a rejected one: relock, or ask, which leaves them.",
                    "relock",
                    "ask") == "ask",
                EscalateAfter: escalateAfter,
                UndoFor: reader.Duration(
                    "UNDO_FOR",
                    "10m",
                    "How long a decision can be taken back (undo, and the link on the page of decisions); the applicant is mailed after "
                    + "it. 0s: not at all, and they are mailed at once.",
                    TimeSpan.Zero,
                    TimeSpan.FromHours(1)),
                PublicUrl: publicUrl),
            Log = LogSetting.Read(reader),
            LogKeep = LogSetting.ReadKeep(reader),
            PollInterval = reader.Duration(
                "POLL_INTERVAL",
                "15s",
                "How often the complete user list is looked at.",
                TimeSpan.FromSeconds(1),
                TimeSpan.FromMinutes(10)),
        };
        settings.Grafana = grafana with { Log = settings.Log };
        settings.Gate = settings.Gate with { LogSettle = settings.Log.Settle };
        if (settings.Gate.ApprovedRole is { } given && given is not ("Viewer" or "Editor" or "Admin"))
            reader.Refuse("APPROVED_ROLE", "must be Viewer, Editor or Admin");
        return settings;
    }

    private static TimeSpan? ReadDrillEvery(SettingsReader reader) =>
        reader.Read<TimeSpan?>(
            "DRILL_EVERY",
            null,
            "How often the daemon makes a drill by itself, as in 7d; without it never.",
            (string text, out TimeSpan? value) =>
            {
                var isDuration = Duration.TryParse(text, out var every, out var reason);
                value = every;
                return !isDuration ? reason : every < LeastDrillEvery ? $"must be at least {Duration.Write(LeastDrillEvery)}" : null;
            });

    private static TimeSpan? ReadEscalateAfter(SettingsReader reader, bool isAnybody)
    {
        var after = reader.Duration(
            "ESCALATE_AFTER", "30m", "After how long; of what is critical alone, never of ordinary approvals.", TimeSpan.FromMinutes(1),
            TimeSpan.FromDays(1));
        return isAnybody ? after : null;
    }

    private static GrafanaDatabaseOptions? ReadDatabase(SettingsReader reader)
    {
        var except = reader.Choice(
            "BORN_LOCKED_EXCEPT",
            "nobody",
            "Whose new accounts are not born locked, where born-locked is installed: nobody, or provisioned, which are those that "
            + "SCIM makes.",
            "nobody",
            "provisioned");
        if (reader.Secret("GRAFANA_DATABASE",
            "Grafana's PostgreSQL, to lock accounts from single sign-on, LDAP or a proxy, which the API cannot: "
            + "postgresql://user:password@host/grafana.") is not { } text)
            return null;
        var options = new GrafanaDatabaseOptions
        {
            ConnectionString = text,
            Daemon = Identity.Worker.Component,
            ExceptsProvisioned = except == "provisioned",
        };
        foreach (var problem in options.Problems()) reader.Refuse("GRAFANA_DATABASE", problem);
        return options;
    }

    private static ChatOptions? ReadChat(SettingsReader reader)
    {
        var telegram = TelegramSettings.Read(reader, needed: false);
        var names = NamesSetting.Read(reader);
        return telegram is null ? null : new ChatOptions(telegram, names);
    }
}
