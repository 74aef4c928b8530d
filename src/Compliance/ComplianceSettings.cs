using Athena.Common.Daemon.Units;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;

namespace Athena.Compliance;

/// <summary>Everything that can be set, see docs/configuration.md.</summary>
internal sealed class ComplianceSettings
{
    /// <summary>Anonymous when no account of ours is set: then an hour can only be found in use or not seen.</summary>
    public required GrafanaClientOptions Grafana { get; init; }

    public required ILogSource Log { get; init; }

    /// <summary>How long that log is to be kept.</summary>
    public required TimeSpan LogKeep { get; init; }

    public required SmtpSettings Smtp { get; init; }

    /// <summary>Where events are posted; null for nowhere.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>Where tickets are opened and closed by mail; null for nowhere.</summary>
    public TicketSettings? Tickets { get; init; }

    public required ReportOptions Report { get; init; }

    public required WindowSettings Windows { get; init; }

    /// <summary>Who counts as what.</summary>
    public required WindowEvaluatorOptions Examining { get; init; }

    /// <summary>Whether probes are sent that must come back in the log.</summary>
    public required bool Probe { get; init; }

    public required SummaryPeriod Summary { get; init; }

    /// <summary>How Alertmanager rings; null where it does not.</summary>
    public AlertmanagerSettings? Alertmanager { get; init; }

    /// <summary>The reports go to <c>MAIL_TO</c>, because <c>REPORT_TO</c> is not set.</summary>
    public required bool UsesMailTo { get; init; }

    public TimeZoneInfo Zone => Report.Zone.Zone;

    /// <summary>
    /// The ways by which everything that is sent goes: mail first, which has all of it. Another way is one more line here.
    /// </summary>
    public IReadOnlyList<ChannelRoute> Channels(TimeProvider time) =>
    [
        new(new MailChannel(Smtp, time, Report.Brand.Logo), MailChannel.Folder) { Counts = Notify.UndeliveredReports.Counts },
        .. ProgramRoutes.Of(Webhook, Tickets, time),
    ];

    private static readonly IReadOnlySet<long> AdminsOfBefore = new HashSet<long> { 1, 4 };

    /// <summary>Reads everything and never throws: what is faulty is in the reader's problems, and has some value here.</summary>
    public static ComplianceSettings Read(SettingsReader reader)
    {
        var grafana = GrafanaSettings.Read(
            reader,
            Identity.Worker,
            "Token of a service account (Enterprise, with users:read, orgs:read, serviceaccounts:read, settings:read and dashboards:read).",
            isOptional: true);
        var log = LogSetting.Read(reader);
        var logKeep = LogSetting.ReadKeep(reader);
        grafana = grafana with { Log = log };
        var probe = reader.YesNo(
            "PROBE", true, "Ask Grafana every 5 minutes for a page that does not exist, to see whether its log is seen.");
        var pictureTimeout = PictureSetting.Read(reader);
        var admins = ReadAdmins(reader);
        var displays = UserIdsSetting.Read(reader, "DISPLAY_USER_IDS", "",
            "Ids of accounts that count as nobody's work: displays on a wall, other programs; comma separated.");
        foreach (var both in admins.Intersect(displays))
            reader.Refuse("DISPLAY_USER_IDS", $"holds {both}, which is in ADMIN_USER_IDS, too");

        var zone = ZoneSetting.Read(reader, "In which hours are counted and times are shown, a name of the tz database.");
        var windows = WindowSettings.Read(reader, zone, log.Settle);
        var smtp = MailSettings.Smtp(reader);
        var report = ReadReport(reader, zone, smtp, out var usesMailTo);
        return new ComplianceSettings
        {
            Grafana = grafana,
            Log = log,
            LogKeep = logKeep,
            Smtp = smtp,
            Webhook = WebhookSettings.Read(reader, Identity.Worker.Daemon),
            Tickets = TicketSettings.Read(reader, Identity.Worker.Daemon),
            Report = report,
            Windows = windows,
            Examining = new WindowEvaluatorOptions(admins, displays, log.Name, probe, zone) { PictureTimeout = pictureTimeout },
            Probe = probe,
            Summary = Enum.Parse<SummaryPeriod>(
                reader.Choice(
                    "SUMMARY",
                    "weekly",
                    "How often a summary is mailed: daily, weekly, monthly or no.",
                    "daily",
                    "weekly",
                    "monthly",
                    "no"), ignoreCase: true),
            UsesMailTo = usesMailTo,
            Alertmanager = AlertmanagerSettings.Read(reader),
        };
    }

    /// <summary>
    /// Which ids are administrators' is different on each Grafana, so there is no default. Version 0.1.0 had one, and so had the timers
    /// before it: where one of them was at work it holds until somebody writes down what is right.
    /// </summary>
    private static IReadOnlySet<long> ReadAdmins(SettingsReader reader)
    {
        const string Key = "ADMIN_USER_IDS";
        var admins = UserIdsSetting.Read(reader, Key, "", "Ids of the administrators in Grafana, comma separated, as in 1,4. Needed.");
        if (admins.Count > 0)
            return admins;
        if (reader.IsGiven(Key))
        {
            if (reader.Problems.All(problem => problem.Key != Key)) reader.Refuse(Key, "needs at least one id, as in 1,4");
        }
        else if (IsHostOfBefore(reader))
        {
            reader.Remark(new SettingsRemark(
                $"{Key} is not set: 1 and 4 count as the administrators, as before",
                $"Write {Key}= with the right ids into {reader.PlaceOf(Identity.Worker.Daemon)}; sudo {Identity.Worker.Daemon} check names "
                + "whom they are."));
        }
        else
            reader.Refuse(
                Key, "is needed: the ids of the administrators in Grafana, comma separated, as in 1,4; check then names whom they are");

        return AdminsOfBefore;
    }

    private static bool IsHostOfBefore(SettingsReader reader) =>
        StateDirectory.HoldsState(CommonSettings.Read(new SettingsReader(reader.Source), Identity.Worker).StateDirectory)
        || OldTimer.IsThere(Identity.Worker.Daemon);

    private static ReportOptions ReadReport(
        SettingsReader reader, TimeZoneInfo zone, SmtpSettings smtp, out bool usesMailTo)
    {
        var reportTo = MailSettings.Addresses(
            reader, "REPORT_TO", "Who gets the reports (First2Lead), comma separated. Needed.", needed: false);
        var mailTo = MailSettings.Addresses(
            reader, "MAIL_TO", "Taken for REPORT_TO where that is not set; better set REPORT_TO.", needed: false);
        var opsTo = MailSettings.Addresses(
            reader, "OPS_MAIL_TO", "Our own people, comma separated: they are told what could not be seen.", needed: true);
        usesMailTo = reportTo.Count == 0 && mailTo.Count > 0;
        var to = usesMailTo ? mailTo : reportTo;
        if (to.Count == 0 && reader.Problems.All(problem => problem.Key is not ("REPORT_TO" or "MAIL_TO")))
            reader.Refuse("REPORT_TO", "is needed: who gets the reports (First2Lead), comma separated");
        foreach (var both in to.Intersect(opsTo, StringComparer.OrdinalIgnoreCase))
            reader.Refuse("OPS_MAIL_TO",
                $"must differ from {(usesMailTo ? "MAIL_TO" : "REPORT_TO")}, but both hold {both}: what could not be seen is not "
                + "First2Lead's business");
        var summaryTo = MailSettings.Addresses(
            reader, "SUMMARY_TO", "Who gets the summary, comma separated; default OPS_MAIL_TO.", needed: false);
        return new ReportOptions(
            to,
            opsTo,
            summaryTo.Count > 0 ? summaryTo : opsTo,
            reader.Text("REPORT_NOTE", "What a report means and what was agreed; a paragraph in each of them."),
            reader.YesNo("REPORT_NOBODY", false, "Report an hour with nobody at work, too."),
            MailSettings.Brand(reader, smtp),
            new ZoneText(zone))
        {
            Host = Environment.MachineName,
            Recipient = reader.Text("REPORT_RECIPIENT_NAME", "First2Lead", "What those who get the reports are called in texts."),
        };
    }
}

/// <summary>How often a summary is mailed.</summary>
internal enum SummaryPeriod
{
    No,
    Daily,

    /// <summary>Monday to Sunday.</summary>
    Weekly,
    Monthly,
}
