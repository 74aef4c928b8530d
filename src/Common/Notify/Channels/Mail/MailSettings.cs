using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// The <c>SMTP_*</c>, <c>MAIL_FROM</c>, <c>BRAND_*</c> and <c>SITE_*</c> keys of each daemon that mails. Faults are in the reader's
/// problems.
/// </summary>
public static class MailSettings
{
    /// <summary>The mail server and the sender.</summary>
    /// <param name="isNeeded">False for a daemon that works without: it asks the reader whether they are given.</param>
    public static SmtpSettings Smtp(SettingsReader reader, bool isNeeded = true)
    {
        const string Host = "SMTP_HOST", HostHelp = "The mail server, for example smtp.eu.mailgun.org.";
        var security = reader.Choice(
            "SMTP_SECURITY", "starttls", "starttls, tls (port 465) or none (a server on this machine only).", "starttls", "tls", "none");
        var from = Addresses(reader, "MAIL_FROM", "The sender's address.", isNeeded);
        var sender = EmailAddress.TryParse(from.Count > 0 ? from[0] : null, out var address)
            ? address
            : EmailAddress.Parse("missing@invalid.invalid");
        var smtp = new SmtpSettings(isNeeded ? reader.Required(Host, HostHelp) : reader.Text(Host, HostHelp) ?? "", sender)
        {
            Port = reader.Number("SMTP_PORT", security == "tls" ? 465 : 587, "Its port.", 1, 65535),
            Zone = ZoneSetting.Text(reader.Source).Zone,
            Security = security switch { "tls" => SmtpSecurity.ImplicitTls, "none" => SmtpSecurity.None, _ => SmtpSecurity.StartTls },
            User = reader.Text("SMTP_USER", "Login at the mail server; without it none is tried."),
            Password = reader.Secret("SMTP_PASSWORD", "Its password."),
            HeloName = reader.Text("SMTP_HELO",
                "What this host calls itself to the mail server; default its full name, or its address where it has none.")
                    is { Length: > 0 } name ? name : null,
            CaFile = reader.Text("SMTP_CA_FILE", "PEM file with the authority that signed the mail server's certificate."),
            FromName = reader.Text("MAIL_FROM_NAME", "Athena Grafana", "The sender's name."),
            ReplyTo = Addresses(reader, "REPLY_TO", "Where answers go; default the sender.", needed: false) is [var replyTo, ..]
                ? EmailAddress.Parse(replyTo)
                : null,
        };
        foreach (var (key, reason) in isNeeded || smtp.Host.Length > 0 ? smtp.Problems() : []) reader.Refuse(key, reason);
        return smtp;
    }

    /// <summary>Whose mail it is.</summary>
    /// <param name="smtp">As it was read: where answers go is whom to ask.</param>
    public static Brand Brand(SettingsReader reader, SmtpSettings smtp) => new Brand(
        reader.Text("BRAND_NAME", "Athena", "The name at the head of mails."),
        reader.Text("BRAND_FOOTER", "Digital-On Tech", "The company that runs Grafana; in the mails' footer."),
        reader.OptionalUri("SUPPORT_URL", "Where help is; a link in the mails' footer.", "https", "http"),
        reader.Text("SUPPORT_CONTACT", "Whom to ask; named in the mails' footer. Default REPLY_TO.") ?? smtp.ReplyTo?.ToString())
    {
        Accent = Accent(reader),
        Logo = Logo(reader),
        SiteOwner = reader.Text("SITE_OWNER", "Whose Grafana this is, a hospital for example; named in mails."),
        SiteName = SiteName(reader),
        LegalNote = reader.Text("LEGAL_NOTE", "What the law or a contract wants under each mail and each printed report."),
    };

    private static string Accent(SettingsReader reader) => reader.Read(
        "BRAND_COLOR",
        Documents.Brand.DefaultAccent,
        "The colour of mails and of the printed report, as in #2f5f8f; one too light for white text on it is made darker.",
        (string text, out string colour) =>
        {
            colour = Colour.Parse(text) ?? Documents.Brand.DefaultAccent;
            return Colour.Parse(text) is null ? "must be a colour as in #2f5f8f" : null;
        });

    private static BrandLogo? Logo(SettingsReader reader) => reader.FileContent<BrandLogo>(
        "BRAND_LOGO",
        "A picture in place of the name at the head of mails: the absolute path of a PNG of at most 64 KiB and 800 × 240 pixels that the "
        + "daemon may read.",
        BrandLogo.MostBytes,
        BrandLogo.Read);

    /// <summary>What this Grafana is called, in mails and in the chat; null where it is not told.</summary>
    public static string? SiteName(SettingsReader reader) =>
        reader.Text("SITE_NAME", "What this Grafana is called where there are several; named in mails and in the chat.");

    /// <summary>Every one of them a plain address, or a problem.</summary>
    public static IReadOnlyList<string> Addresses(SettingsReader reader, string key, string help, bool needed)
    {
        var addresses = new List<string>();
        foreach (var text in reader.List(key, "", help, needed))
        {
            if (EmailAddress.TryParse(text, out var address, out var problem)) addresses.Add(address.ToString());
            else reader.Refuse(key, $"holds something that is no plain mail address: {problem}");
        }

        return addresses;
    }
}
