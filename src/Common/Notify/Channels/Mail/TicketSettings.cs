using Athena.Common.Settings;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>Where tickets are opened and closed by mail.</summary>
/// <param name="To"><c>TICKET_TO</c>; not empty.</param>
public sealed record TicketSettings(SmtpSettings Smtp, IReadOnlyList<string> To)
{
    private const string Key = "TICKET_TO";

    private static readonly string[] Needed = ["SMTP_HOST", "MAIL_FROM"];

    /// <summary>Whose troubles they are.</summary>
    public required string Daemon { get; init; }

    /// <summary>The site's <c>TENANT_ID</c>; empty where there is one tenant only.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The machine on which the daemon runs.</summary>
    public required string Host { get; init; }

    /// <summary>For sentences.</summary>
    public string Recipients => string.Join(", ", To);

    /// <summary>
    /// Null where nobody is set, or something about it is faulty: the daemon works without, so that a fault is a remark of the reader's and
    /// no problem.
    /// </summary>
    /// <param name="daemon">Whose troubles they are.</param>
    public static TicketSettings? Read(SettingsReader reader, string daemon)
    {
        IReadOnlyList<string> to = [];
        SmtpSettings? smtp = null;
        var isRight = reader.TryRead(() =>
        {
            to = MailSettings.Addresses(
                reader, Key,
                "The address of a ticket system, comma separated if several: one mail opens a ticket for each trouble and alert, one "
                + "closes it.",
                needed: false);
            if (to.Count > 0) smtp = MailSettings.Smtp(reader, isNeeded: false);
        }, "Until then no ticket is opened.");
        if (!isRight || smtp is null) return null;
        string[] missing = [.. Needed.Where(key => !reader.IsGiven(key))];
        if (missing.Length > 0)
        {
            reader.Remark(new SettingsRemark(
                $"{Key} is set, and {string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} not: no ticket is opened",
                $"Set {string.Join(", ", missing)} in /etc/default/{WorkerIdentity.Platform}."));
            return null;
        }

        return new TicketSettings(smtp, to)
        {
            Daemon = daemon,
            Tenant = CommonSettings.ReadTenant(reader),
            Host = Environment.MachineName,
        };
    }
}
