namespace Athena.Common.Notify.Channels.Mail;

/// <summary>How the way to the mail server is protected. Anything but a protected way has to be asked for by name.</summary>
public enum SmtpSecurity
{
    /// <summary>Plain greeting, then STARTTLS, required (RFC 3207); port 587 as a rule.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314 §3.3); port 465 as a rule.</summary>
    ImplicitTls,

    /// <summary>No protection: for a relay on this machine. A password is then sent to a loopback address only.</summary>
    None,
}
