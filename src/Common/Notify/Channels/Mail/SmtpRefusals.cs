namespace Athena.Common.Notify.Channels.Mail;

/// <summary>What is said of a server's refusals, with what to do about them. Pure.</summary>
internal static class SmtpRefusals
{
    public const string PasswordInClear =
        "a password is sent without protection only to this machine: use SMTP_SECURITY=starttls or tls, or leave SMTP_USER out";

    private const string NameAdvice = "put this host's full name, as DNS knows it, into SMTP_HELO";

    /// <summary>
    /// A refusal of a mail, or of one recipient. It is final only where the recipient does not exist; anything else somebody can put right
    /// while the mail waits, and will hear of.
    /// </summary>
    /// <param name="isOneRecipient">See <see cref="RefusalReading.CauseOf"/>.</param>
    /// <param name="ourName">What we called ourselves in EHLO.</param>
    public static DeliveryResult Of(SmtpSettings settings, string step, SmtpReply reply, bool isOneRecipient, string? ourName)
    {
        string host = HostOf(settings);
        RefusalCause cause = RefusalReading.CauseOf(step, reply, isOneRecipient);
        if (cause == RefusalCause.NoSuchRecipient)
            return new(DeliveryVerdict.Permanent, $"{host} knows no such recipient ({reply})");

        string what = reply.IsTransient ? $"{host} does not take {Subject(step, cause)} now" : $"{host} refused {Subject(step, cause)}";
        return new(
            DeliveryVerdict.Transient,
            Advice(cause, settings, ourName, reply) is { } advice ? $"{what}: {advice} ({reply})" : $"{what}: {reply}");
    }

    /// <summary>Before anything was said about a mail.</summary>
    public static string Beginning(SmtpSettings settings, string step, SmtpReply reply, string? ourName)
    {
        string host = HostOf(settings);
        return step switch
        {
            SmtpTranscript.Greeting => $"{host} turned us away: {reply}",
            "EHLO" or "HELO" => $"{host} does not take the name {ourName} that we give: {NameAdvice} ({reply})",
            "STARTTLS" => $"{host} offers STARTTLS and refuses it: {reply}",
            _ => $"{host} answered {step} with {reply}",
        };
    }

    /// <summary>It said 421, or nothing at all, and left.</summary>
    /// <param name="reply">Null when it said nothing.</param>
    public static string Closed(SmtpSettings settings, string step, SmtpReply? reply, string? ourName)
    {
        string what = reply is null
            ? $"{HostOf(settings)} closed the connection at {step}"
            : $"{HostOf(settings)} closed the session at {step}: {reply}";
        return step is "EHLO" or "HELO"
            || (reply is not null && RefusalReading.CauseOf(step, reply, isOneRecipient: false) == RefusalCause.OurName)
            ? $"{what}; if it does not like the name {ourName} that we give, {NameAdvice}"
            : what;
    }

    /// <param name="ways">The ways of signing in that were tried, in the server's words.</param>
    public static string LoginRefused(SmtpSettings settings, IReadOnlyList<string> ways, SmtpReply reply)
    {
        string host = HostOf(settings), said = reply.ToString();
        if (reply.IsTransient)
            return $"{host} cannot check the login now: {said}";
        if (Says("application-specific") || Says("app password") || reply.EnhancedStatus == "5.7.9")
            return $"{host} refused the login: it wants an app password in SMTP_PASSWORD, made in the settings of that account ({said})";
        if (Says("disabled"))
            return $"{host} refused the login: signing in by SMTP is switched off for SMTP_USER, which the server's administrator can "
                + $"allow ({said})";
        if (RefusalReading.CauseOf("AUTH", reply, isOneRecipient: false) == RefusalCause.NoProtection)
            return $"{host} refused the login: {Advice(RefusalCause.NoProtection, settings, null, reply)} ({said})";
        return SmtpLogin.IsAboutTheWay(reply)
            ? $"{host} does not take a login by {string.Join(" or ", ways)}: the server must allow PLAIN or LOGIN; if it needs no login, "
                + $"leave SMTP_USER out ({said})"
            : $"{host} refused the login: check SMTP_USER and SMTP_PASSWORD ({said})";

        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    private static string HostOf(SmtpSettings settings) => $"{settings.Host}:{settings.Port}";

    /// <summary>Most servers say at RCPT what they have against the sender.</summary>
    private static string Subject(string step, RefusalCause cause) => step switch
    {
        "MAIL" => "the sender",
        "RCPT" when cause is RefusalCause.Sender or RefusalCause.SenderDomain => "the sender",
        "RCPT" => "this recipient",
        _ => "the message",
    };

    private static string? Advice(RefusalCause cause, SmtpSettings settings, string? ourName, SmtpReply reply) => cause switch
    {
        RefusalCause.OurName => $"it does not like the name {ourName} that we give; {NameAdvice}",
        RefusalCause.NoProtection when settings.Security == SmtpSecurity.None =>
            "it wants a protected connection, so set SMTP_SECURITY=starttls (or tls, with port 465)",
        RefusalCause.NoProtection => "it wants another protection of the connection: look at SMTP_SECURITY and SMTP_PORT",
        RefusalCause.Login when settings.User is null => "it wants a login, so set SMTP_USER and SMTP_PASSWORD",
        RefusalCause.Login => "SMTP_USER has signed in and that does not do: look on the server what this account may send",
        RefusalCause.Sender when settings.User is null => "check MAIL_FROM, or let the server accept it from this host",
        RefusalCause.Sender => "check MAIL_FROM and what SMTP_USER may send as",
        RefusalCause.SenderDomain =>
            "the domain of MAIL_FROM must let this server send for it (SPF, DKIM, DMARC), or MAIL_FROM must be of another domain",
        RefusalCause.Relaying when settings.User is null =>
            "it carries no mail onwards for this host: allow that on the server, or set SMTP_USER and SMTP_PASSWORD",
        RefusalCause.Relaying => "it carries no mail onwards for SMTP_USER: allow that on the server, or name another one in SMTP_HOST",
        RefusalCause.Size => "the mail is too large for it: raise the limit on the server",
        RefusalCause.Storage => "the server has no room for mail: its administrator must make some",
        RefusalCause.Mailbox => "the mailbox takes nothing at the moment: whoever has it must make room or open it",
        // "Later" needs no advice: it is tried again.
        RefusalCause.Policy => reply.IsTransient ? null : "its rules forbid it: its administrator can let mail from MAIL_FROM through",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };
}
