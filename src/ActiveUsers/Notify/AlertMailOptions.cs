using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;

namespace Athena.ActiveUsers.Notify;

/// <summary>How alerts go by mail as well as to the chat.</summary>
/// <param name="To">Our own people, <c>OPS_MAIL_TO</c>.</param>
/// <param name="Least">Alerts of this severity and above; all of them while the chat takes nothing.</param>
/// <param name="Host">The machine on which the daemon runs; null leaves it out.</param>
internal sealed record AlertMailOptions(SmtpSettings Smtp, IReadOnlyList<string> To, Severity Least, Brand Brand, string? Host)
{
    private const string Key = "ALERT_MAIL";

    private static readonly string[] Needed = ["SMTP_HOST", "MAIL_FROM", "OPS_MAIL_TO"];

    /// <summary>
    /// Null where no mail server, no sender or nobody to be told is set, or none is wanted. The daemon works without: what is faulty is a
    /// remark of the reader's and no problem.
    /// </summary>
    /// <param name="kpis">Who gets the key figures of each month by the same server; null where nobody does.</param>
    /// <param name="isAccessKept">Whether it is known who opened which dashboard.</param>
    /// <param name="sensitive">What our own people are told each month of dashboards that were named; null where they are not.</param>
    public static AlertMailOptions? Read(
        SettingsReader reader, bool isAccessKept, out KpiMailOptions? kpis, out SensitiveMailOptions? sensitive)
    {
        var wanted = reader.Choice(
            Key, "critical", "Which alerts go by mail to OPS_MAIL_TO as well, where a mail server is set: critical, warning (which "
            + "is both) or no.", "critical", "warning", "no");
        SmtpSettings? smtp = null;
        IReadOnlyList<string> to = [], kpiTo = [];
        Brand? brand = null;
        var isRight = reader.TryRead(() =>
        {
            smtp = MailSettings.Smtp(reader, isNeeded: false);
            to = MailSettings.Addresses(
                reader, "OPS_MAIL_TO", "Our own people, comma separated: alerts go to them by mail, too.", needed: false);
            kpiTo = MailSettings.Addresses(
                reader, KpiMailOptions.Key,
                "Who gets the key figures of each month by mail, comma separated; without it nobody does.", needed: false);
            brand = MailSettings.Brand(reader, smtp);
        }, "Until then no alert and no key figures go by mail.");
        string[] noServer = [.. Needed[..2].Where(key => !reader.IsGiven(key))];
        kpis = isRight && kpiTo.Count > 0 && noServer.Length == 0 ? new KpiMailOptions(smtp!, kpiTo, brand!) : null;
        if (noServer.Length > 0 && reader.IsGiven(KpiMailOptions.Key))
            reader.Remark(new SettingsRemark(
                $"{KpiMailOptions.Key} is set, and {string.Join(" and ", noServer)} {(noServer.Length == 1 ? "is" : "are")} not: no key "
                + "figures go by mail",
                $"Set {string.Join(", ", noServer)} in /etc/default/{WorkerIdentity.Platform}."));
        string[] missing = [.. Needed.Where(key => !reader.IsGiven(key))];
        var uids = SensitiveMailOptions.ReadUids(reader, isAccessKept, missing);
        sensitive = isRight && missing.Length == 0 && uids.Count > 0 ? new SensitiveMailOptions(smtp!, to, brand!, uids) : null;
        if (wanted == "no") return null;
        if (missing.Length > 0 && reader.IsGiven(Key))
            reader.Remark(new SettingsRemark(
                $"{Key}={wanted} is set, and {string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} not: no alert goes by "
                + "mail",
                $"Set {string.Join(", ", missing)} in /etc/default/{WorkerIdentity.Platform}, or {Key}=no."));
        return isRight && missing.Length == 0
            ? new AlertMailOptions(
                smtp!, to, wanted == "critical" ? Severity.Critical : Severity.Warning, brand!, Environment.MachineName)
            : null;
    }
}
