using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State.Backups;
using Athena.Common.Time;

namespace Athena.ActiveUsers;

/// <summary>Everything that can be set, see docs/configuration.md.</summary>
internal sealed class ActiveUsersSettings
{
    /// <summary>An alert that comes hours after the mail server is back tells nobody anything.</summary>
    private static readonly TimeSpan LongestPauseOfAlerts = TimeSpan.FromMinutes(5);

    /// <summary>Anonymous when no account of ours is set: the daemon works without, and says so once.</summary>
    public required GrafanaClientOptions Grafana { get; init; }

    /// <summary>The log whose windows are read.</summary>
    public required ILogSource Log { get; init; }

    /// <summary>How long that log is to be kept.</summary>
    public required TimeSpan LogKeep { get; init; }

    /// <summary>Null only when it is missing, which <c>run</c> refuses; <c>once</c> needs none.</summary>
    public required TelegramSettings? Telegram { get; init; }

    public required PulseWording Wording { get; init; }

    /// <summary>How long after the end of a window the log is waited for.</summary>
    public required TimeSpan Settle { get; init; }

    /// <summary>Whether probes are sent that must come back in the log.</summary>
    public required bool Probe { get; init; }

    /// <summary><c>WATCH_DATA_SOURCES</c>.</summary>
    public required DataSourceChoice DataSources { get; init; }

    /// <summary><c>ACCESS_AUDIT</c>: whether it is kept who did what.</summary>
    public required bool IsAccessKept { get; init; }

    /// <summary>Backups that others make; null where none are watched.</summary>
    public WatchedBackups? Backups { get; init; }

    /// <summary>Accounts that count nowhere.</summary>
    public required IReadOnlySet<long> IgnoredIds { get; init; }

    public required AlertLimits Limits { get; init; }

    /// <summary><c>RENDERING_TIMEOUT</c>.</summary>
    public required TimeSpan PictureTimeout { get; init; }

    /// <summary>How alerts go by mail, too; null where none does.</summary>
    public AlertMailOptions? AlertMail { get; init; }

    /// <summary>Who gets the key figures of each month; null where nobody does.</summary>
    public KpiMailOptions? KpiMail { get; init; }

    /// <summary>Who is told each month who opened which sensitive dashboard; null where nobody is.</summary>
    public SensitiveMailOptions? SensitiveMail { get; init; }

    /// <summary>How Alertmanager rings; null where it does not.</summary>
    public AlertmanagerSettings? Alertmanager { get; init; }

    /// <summary>The chat, by which everything that is sent goes.</summary>
    /// <param name="memory">What it must not forget; null forgets it.</param>
    public INotificationChannel Channel(TimeProvider time, ITelegramMemory? memory = null) =>
        new TelegramChannel(new TelegramBot(Telegram!, time, memory));

    /// <summary>Where events are posted; null for nowhere.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>Where tickets are opened and closed by mail; null for nowhere.</summary>
    public TicketSettings? Tickets { get; init; }

    /// <summary>The ways of alerts and key figures beside the chat; another way is one more line here.</summary>
    public IReadOnlyList<ChannelRoute> Others(TimeProvider time) =>
    [
        .. (AlertMail?.Smtp ?? KpiMail?.Smtp ?? SensitiveMail?.Smtp, AlertMail?.Brand ?? KpiMail?.Brand ?? SensitiveMail?.Brand)
            is ({ } smtp, { } brand)
            ?
            [
                new ChannelRoute(new MailChannel(smtp, time, brand.Logo), MailChannel.Folder)
                {
                    LongestPause = LongestPauseOfAlerts,
                    IsExtra = true,
                },
            ]
            : (ChannelRoute[])[],
        .. ProgramRoutes.Of(Webhook, Tickets, time),
    ];

    /// <summary>What the cycle needs of all this.</summary>
    public ActiveUsersOptions Options =>
        new(Wording, Settle, Probe, IgnoredIds, Limits, Grafana.IsAnonymous)
        {
            PictureTimeout = PictureTimeout,
            AlertMail = AlertMail,
            IsAccessKept = IsAccessKept,
        };

    /// <summary>Reads everything and never throws: what is faulty is in the reader's problems, and has some value here.</summary>
    public static ActiveUsersSettings Read(SettingsReader reader)
    {
        var grafana = GrafanaSettings.Read(
            reader,
            Identity.Worker,
            "Token of a service account (Enterprise, with users:read, orgs:read, serviceaccounts:read and dashboards:read).",
            isOptional: true);
        var log = LogSetting.Read(reader);
        var isAccessKept = reader.YesNo(
            "ACCESS_AUDIT", false,
            "Keep who did what in Grafana, person by person, for AUDIT_KEEP: it watches the staff, who must be told.");
        var mail = AlertMailOptions.Read(reader, isAccessKept, out var kpis, out var sensitive);
        return new ActiveUsersSettings
        {
            Grafana = grafana with { Log = log },
            Log = log,
            LogKeep = LogSetting.ReadKeep(reader),
            Telegram = TelegramSettings.Read(reader, needed: true),
            AlertMail = mail,
            KpiMail = kpis,
            SensitiveMail = sensitive,
            IsAccessKept = isAccessKept,
            Alertmanager = AlertmanagerSettings.Read(reader),
            Webhook = WebhookSettings.Read(reader, Identity.Worker.Daemon),
            Tickets = TicketSettings.Read(reader, Identity.Worker.Daemon),
            Wording = new PulseWording(
                reader.Text("BRAND_NAME", "Athena", "The name in front of each message."),
                ZoneSetting.Read(reader, "In which windows begin and times are shown, a name of the tz database."),
                reader.Read(
                    "PULSE_EVERY",
                    "15m",
                    "How long a window is; a part of an hour or of a day, and aligned to it.",
                    (string text, out TimeSpan every) =>
                        !Duration.TryParse(text, out every, out var reason)
                            ? reason
                            : IsAligned(every) ? null : "must divide an hour or a day, as 1m, 15m, 1h or 6h do"),
                NamesSetting.Read(reader, "PULSE_NAMES"))
            {
                Site = MailSettings.SiteName(reader),
            },
            Settle = TimeSpan.FromTicks(Math.Max(log.Settle.Ticks, reader.Duration(
                "SETTLE",
                "10s",
                "How long after the end of a window its lines are waited for.",
                TimeSpan.FromSeconds(1),
                TimeSpan.FromMinutes(5)).Ticks)),
            Probe = reader.YesNo(
                "PROBE", true, "Ask Grafana every 5 minutes for a page that does not exist, to see whether its log is seen."),
            PictureTimeout = PictureSetting.Read(reader),
            DataSources = reader.Read<DataSourceChoice>(
                "WATCH_DATA_SOURCES", "no", "Data sources of Grafana that are asked every 5 minutes whether they answer: no, all, or uids.",
                DataSourceChoice.Parse),
            Backups = WatchedBackups.Read(reader),
            IgnoredIds = UserIdsSetting.Read(reader, "IGNORE_USER_IDS", "", "Ids of accounts that count nowhere, comma separated."),
            Limits = new AlertLimits(
                reader.Number("FAILED_LOGIN_ALERT", 20, "More failed logins than this in 5 minutes are an alert.", 1),
                reader.Number("SIGNUP_ALERT", 20, "More sign-ups than this in 5 minutes are an alert.", 1)),
        };
    }

    private static bool IsAligned(TimeSpan every) =>
        every >= TimeSpan.FromSeconds(10)
            && (TimeSpan.FromHours(1).Ticks % every.Ticks == 0
                || (every > TimeSpan.FromHours(1) && TimeSpan.FromDays(1).Ticks % every.Ticks == 0));
}

/// <summary>What the cycle needs of the settings.</summary>
/// <param name="IgnoredIds">Accounts that count nowhere.</param>
internal sealed record ActiveUsersOptions(
    PulseWording Wording, TimeSpan Settle, bool Probe, IReadOnlySet<long> IgnoredIds, AlertLimits Limits, bool IsAnonymous)
{
    /// <inheritdoc cref="ActivityCounterOptions.PictureTimeout"/>
    public TimeSpan PictureTimeout { get; init; } = PictureSetting.Usual;

    /// <summary>How alerts go by mail, too; null where none does.</summary>
    public AlertMailOptions? AlertMail { get; init; }

    /// <inheritdoc cref="ActivityCounterOptions.IsAccessKept"/>
    public bool IsAccessKept { get; init; }
}
