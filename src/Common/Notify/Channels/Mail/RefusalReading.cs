using System.Text.RegularExpressions;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// Reads out of an answer what was refused. A code says little: 550 is said to a recipient who does not exist, to a sender, to a client;
/// and Postfix keeps every refusal back until RCPT (its smtpd_delay_reject), so that the step says little, too. What remains are the
/// enhanced code (RFC 3463) and the words. A mail that waits in vain costs less than one that is given up in error: a recipient counts as
/// one who does not exist only where nothing speaks of anything else. Pure.
/// </summary>
internal static partial class RefusalReading
{
    private static readonly string[] NoSuch =
    [
        "user unknown", "unknown user", "recipient unknown", "unknown recipient", "mailbox unknown", "unknown mailbox", "address unknown",
        "unknown address", "unknown local", "no such user", "no such recipient", "no such mailbox", "no such address", "no such person",
        "no such account", "no such local", "no mailbox", "no user", "does not exist", "doesn't exist", "do not exist", "not exist",
        "user not found", "recipient not found", "mailbox not found", "address not found", "recipientnotfound", "invalid recipient",
        "invalid mailbox", "not a valid mailbox", "not a known user", "unrouteable address", "unroutable address",
    ];

    private static readonly string[] OfSender =
    [
        "sender", "mail from", "from address", "from:", "from header", "header from", "send as", "sendas", "return path", "return-path",
        "reverse-path", "reverse path", "originator", "not owned", "not verified",
    ];

    private static readonly string[] OfSenderDomain = ["spf", "dkim", "dmarc", "sender policy framework"];

    private static readonly string[] OfLogin =
    [
        "authenticat", "auth required", "smtp auth", "log in", "login", "logged in", "sign in", "not authed", "no auth", "pop before smtp",
    ];

    private static readonly string[] OfRelaying = ["relay", "rcpthosts"];

    private static readonly string[] OfProtection =
    [
        "starttls", "encrypt", "tls required", "require tls", "requires tls", "secure connection",
    ];

    private static readonly string[] OfName = ["helo", "ehlo"];

    private static readonly string[] OfSize =
    [
        "too large", "too big", "message size", "size limit", "exceeds size", "exceeds fixed maximum",
    ];

    private static readonly string[] OfMailbox =
    [
        "quota", "mailbox full", "mailbox is full", "mailbox disabled", "over limit", "out of space", "insufficient",
    ];

    private static readonly string[] OfStorage = ["system storage", "system full", "disk full", "server storage", "spool"];

    private static readonly string[] OfClient = ["client", "your ip", "your host", "hostname", "reverse dns", "rdns", "ptr ", "ptr-"];

    private static readonly string[] OfPolicy =
    [
        "denied", "policy", "permi", "spam", "block", "blacklist", "denylist", "listed", "reputation", "not allowed", "unauthor",
        "not author",
        "virus", "content", "prohibited", "reject your", "administrat", "rule", "access",
    ];

    /// <param name="step">The command that was refused, see <see cref="SmtpTranscript.Last"/>.</param>
    /// <param name="isOneRecipient">The refusal can be about nobody else: said at RCPT, or of a mail for one.</param>
    public static RefusalCause CauseOf(string step, SmtpReply reply, bool isOneRecipient)
    {
        // The echo of an address, and names of hosts, may hold any word.
        string words = Echo().Replace(string.Join(' ', reply.Lines), " ").ToLowerInvariant();
        string status = reply.EnhancedStatus.Length > 2 ? reply.EnhancedStatus[2..] : "";

        if (Any(words, OfName))
            return RefusalCause.OurName;
        if (isOneRecipient && !Any(words, OfSender) && IsNoSuchRecipient(reply, status, words))
            return RefusalCause.NoSuchRecipient;
        if (Any(words, OfSenderDomain) || status is "7.20" or "7.21" or "7.22" or "7.23" or "7.24" or "7.26")
            return RefusalCause.SenderDomain;
        if (reply.Code == 538 || status is "7.10" or "7.11" || Any(words, OfProtection))
            return RefusalCause.NoProtection;
        if (Any(words, OfRelaying))
            return RefusalCause.Relaying;
        if (Any(words, OfSender) || status is "1.7" or "1.8" or "7.60")
            return RefusalCause.Sender;
        if (reply.Code is 530 or 535 || Any(words, OfLogin))
            return RefusalCause.Login;
        if (status is "3.4" or "2.3" || Any(words, OfSize))
            return RefusalCause.Size;
        if (status is "3.1" || Any(words, OfStorage) || (reply.Code == 452 && status.Length == 0 && !Any(words, OfMailbox)))
            return RefusalCause.Storage;
        if (status is "2.1" or "2.2" || Any(words, OfMailbox))
            return RefusalCause.Mailbox;
        return (step, reply.Code) switch
        {
            ("RCPT", 552) => RefusalCause.Mailbox,
            (_, 552) => RefusalCause.Size,
            ("MAIL", _) => RefusalCause.Sender,
            _ => RefusalCause.Policy,
        };
    }

    private static bool IsNoSuchRecipient(SmtpReply reply, string status, string words)
    {
        if (reply.Code < 500 || Any(words, OfSenderDomain) || Any(words, OfProtection) || Any(words, OfLogin))
            return false;

        // Said in words, and by a code that allows it: x.7 is a matter of security, x.3 and x.6 are about the system and the content.
        bool isAllowed = status.Length == 0 || status[0] is '0' or '1' or '4' or '5' || status is "2.1";
        if (isAllowed && Any(words, NoSuch) && !Any(words, OfClient)
            && (status.Length > 0 || words.Contains("recipient") || !words.Contains("domain")))
            return true;

        // By the code alone (RFC 3463 §3.2, RFC 7505): no such mailbox, no such domain, no address, moved, a domain that takes no mail.
        return status is "1.1" or "1.2" or "1.3" or "1.6" or "1.10"
            && !Any(words, [.. OfRelaying, .. OfPolicy, .. OfClient, .. OfMailbox, .. OfSize]);
    }

    private static bool Any(string words, string[] parts) => parts.Any(part => words.Contains(part, StringComparison.Ordinal));

    [GeneratedRegex(@"<[^>]*>|\S+@\S+|[\w-]+(\.[\w-]+)+")]
    private static partial Regex Echo();
}
