using System.Net;
using System.Text;
using Athena.Common.Network;
using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>Where mail is handed over, and in whose name.</summary>
/// <param name="Host">Name or address of the mail server; the certificate must be made out to it.</param>
/// <param name="From">The sender, in the envelope and the header.</param>
public sealed record SmtpSettings(string Host, EmailAddress From)
{
    /// <summary>587 for <see cref="SmtpSecurity.StartTls"/>, 465 for <see cref="SmtpSecurity.ImplicitTls"/>.</summary>
    public int Port { get; init; } = 587;

    public SmtpSecurity Security { get; init; } = SmtpSecurity.StartTls;

    /// <summary>Null: no login.</summary>
    public string? User { get; init; }

    /// <summary>Goes to the server only, and only as <see cref="SmtpSecurity"/> allows.</summary>
    public string? Password { get; init; }

    /// <summary>The name shown beside the sender's address; empty for none.</summary>
    public string FromName { get; init; } = "";

    /// <summary>Null: answers go to <see cref="From"/>.</summary>
    public EmailAddress? ReplyTo { get; init; }

    /// <summary>What we call ourselves in EHLO; null takes this machine's name, or the address literal if that is no domain name.</summary>
    public string? HeloName { get; init; }

    /// <summary>A PEM file with authorities that are trusted besides the system's; null for none.</summary>
    public string? CaFile { get; init; }

    /// <summary>In which it is told when the server took a mail.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How long each step of the dialogue may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long the server may think after the final dot: a give-up there risks a second copy (RFC 5321 §4.5.3.2.6 asks for 10 minutes).
    /// </summary>
    public TimeSpan FinalReplyTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>True when a password may be sent although nothing protects the way: it does not leave this machine.</summary>
    internal bool IsLoopback => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>What makes these settings unusable, as (key, reason); empty when nothing does. Reads the CA file.</summary>
    public IReadOnlyList<(string Key, string Reason)> Problems()
    {
        List<(string, string)> problems = [];
        if (From.NeedsSmtpUtf8)
            problems.Add(("MAIL_FROM", "the sender must be writable in ASCII: not every server on the way takes anything else"));
        if (ReplyTo?.NeedsSmtpUtf8 == true)
            problems.Add(("REPLY_TO", "the address must be writable in ASCII: not every server on the way takes anything else"));
        if (User is not null && string.IsNullOrEmpty(Password))
            problems.Add(("SMTP_PASSWORD", "is missing although SMTP_USER is set"));
        if (User is null && !string.IsNullOrEmpty(Password))
            problems.Add(("SMTP_USER", "is missing although SMTP_PASSWORD is set"));
        if (User is not null && Security == SmtpSecurity.None && !IsLoopback)
            problems.Add(("SMTP_SECURITY", SmtpRefusals.PasswordInClear));
        if (HeloName is not null && !IsHeloName(HeloName))
            problems.Add(("SMTP_HELO", "must be this host's name as DNS knows it, such as worker.example.org, or its address in brackets"));
        if (CaFile is not null && CertificateCheck.TryReadAuthorities(CaFile, out string? problem) is null)
            problems.Add(("SMTP_CA_FILE", problem!));
        return problems;
    }

    // RFC 5321 §4.1.2, §4.1.3.
    private static bool IsHeloName(string name) =>
        name is ['[', .. var literal, ']']
            ? IPAddress.TryParse(
                literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? literal["IPv6:".Length..] : literal, out _)
            : Ascii.IsValid(name) && EmailAddress.TryParse($"x@{name}", out _);

    /// <summary>Names host and user, never the password.</summary>
    public override string ToString() => $"{Host}:{Port} ({Security}), user {User ?? "none"}, from {From}";
}
