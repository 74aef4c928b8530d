using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;
using MimeKit;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>Writes a mail as a MIME message. The same mail gives the same bytes, at each attempt and on each machine.</summary>
/// <param name="settings">In whose name.</param>
/// <param name="logo">Shown where the HTML says <c>cid:logo</c>; null shows nothing there.</param>
public sealed partial class MailWriter(SmtpSettings settings, BrandLogo? logo = null)
{
    private const string LogoReference = "\"cid:logo\"";

    /// <summary>
    /// Made from the mail's key and the sender alone: the same at each attempt and for each recipient. Without angle brackets.
    /// </summary>
    public string MessageId(string key) => $"{Hash("mail", key)}@{settings.From.Domain}";

    /// <summary>Writes one mail; to be disposed of.</summary>
    /// <param name="writtenAt">The <c>Date</c>.</param>
    /// <param name="forSmtpUtf8">False leaves addresses that need SMTPUTF8 out of <c>To</c>, where they could not be written.</param>
    public MimeMessage Write(OutgoingMessage mail, DateTimeOffset writtenAt, bool forSmtpUtf8 = false)
    {
        MimeMessage message = new();
        message.Headers.Clear();        // a date and an id of its own making
        AddHeaders(message, mail, writtenAt, forSmtpUtf8);
        message.Body = Body(mail);
        return message;
    }

    private void AddHeaders(MimeMessage message, OutgoingMessage mail, DateTimeOffset writtenAt, bool forSmtpUtf8)
    {
        message.Date = writtenAt;
        AddSender(message);
        if (settings.ReplyTo is not null)
            message.ReplyTo.Add(Box(settings.ReplyTo));
        message.To.AddRange(mail.Recipients.Select(
            recipient => EmailAddress.TryParse(recipient, out EmailAddress? address) ? address : null)
            .Where(address => address is not null && (forSmtpUtf8 || !address.NeedsSmtpUtf8)).Select(address => Box(address!)));
        if (message.To.Count == 0)
            message.To.Add(new GroupAddress("undisclosed-recipients"));

        string subject = UntrustedText.SingleLine(mail.Subject);
        message.Headers.Add(HeaderText.IsPlain(subject)
            ? new Header(HeaderId.Subject, subject)
            : Raw(HeaderId.Subject, HeaderText.Encoded(subject)));
        message.MessageId = MessageId(mail.Key);
        if (mail.Thread is not null)
        {
            // A root that no mail has: whichever of the thread arrives first, all of them are siblings under it.
            string root = $"{Hash("thread", mail.Thread)}@{settings.From.Domain}";
            message.InReplyTo = root;
            message.References.Add(root);
        }

        // RFC 3834 §5, and Exchange's own: no out-of-office answers to a machine.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        if (mail.IsUrgent)
        {
            message.Importance = MessageImportance.High;
            message.Priority = MessagePriority.Urgent;
            message.Headers.Add(HeaderId.XPriority, "1");
        }

        // Mailgun's: links are left as they are, and nobody counts who opened them.
        if (mail.IsPersonal)
            message.Headers.Add("X-Mailgun-Track", "no");

        message.MimeVersion = new Version(1, 0);
    }

    private void AddSender(MimeMessage message)
    {
        string name = UntrustedText.SingleLine(settings.FromName).Trim();
        if (HeaderText.IsPlainName(name))
            message.From.Add(new MailboxAddress(name, settings.From.ToString()));
        else
            message.Headers.Add(Raw(HeaderId.From, $"{HeaderText.Encoded(name)}\r\n <{settings.From}>"));
    }

    private static Header Raw(HeaderId id, string value)
    {
        Header header = new(id, "");
        header.SetRawValue(Encoding.ASCII.GetBytes($" {value}\r\n"));
        return header;
    }

    private static MailboxAddress Box(EmailAddress address) => new("", address.ToString());

    private MimeEntity Body(OutgoingMessage mail)
    {
        MimeEntity body = Text("plain", mail.Text);
        if (mail.Html is not null)
            body = Multi("alternative", mail, body, HtmlBody(mail, mail.Html));
        if (mail.Attachments is { Count: > 0 } attachments)
            body = Multi("mixed", mail, [body, .. attachments.Select(Attached)]);
        return body;
    }

    private MimeEntity HtmlBody(OutgoingMessage mail, string html)
    {
        if (!html.Contains(LogoReference))
            return Text("html", html);
        // One that waited since there was a logo, which is gone: a picture that is not there would be shown as broken.
        if (logo is null)
            return Text("html", LogoImage().Replace(html, ""));

        // A Content-ID has the form of a Message-ID (RFC 2045 §7), so the author's short name gets our domain.
        string id = $"logo@{settings.From.Domain}";
        MimePart image = Binary("image/png", logo.Png, new ContentDisposition("inline") { FileName = "logo.png" });
        image.ContentType.Name = "logo.png";
        image.ContentId = id;
        return Multi("related", mail, Text("html", html.Replace(LogoReference, $"\"cid:{id}\"")), image);
    }

    private static TextPart Text(string kind, string text)
    {
        TextPart part = new(kind) { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        part.SetText(Encoding.UTF8, text.ReplaceLineEndings("\n"));
        return part;
    }

    private static MimePart Attached(Attachment attachment)
    {
        string type = MediaType().IsMatch(attachment.MediaType) ? attachment.MediaType : "application/octet-stream";
        string name = NotInFileName().Replace(attachment.FileName, "_");
        return Binary(type, attachment.Content, new ContentDisposition("attachment") { FileName = name });
    }

    private static MimePart Binary(string type, byte[] content, ContentDisposition disposition) => new(ContentType.Parse(type))
    {
        Content = new MimeContent(new MemoryStream(content, writable: false)),
        ContentTransferEncoding = ContentEncoding.Base64,
        ContentDisposition = disposition,
    };

    // "=_" can stand in no quoted-printable and no base64 line (RFC 2045 §6.7), so no content can hold a boundary.
    private Multipart Multi(string kind, OutgoingMessage mail, params MimeEntity[] parts)
    {
        Multipart multipart = new(kind) { Boundary = $"=_{Hash(kind, mail.Key)}" };
        foreach (MimeEntity part in parts)
            multipart.Add(part);
        return multipart;
    }

    private string Hash(string purpose, string value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{settings.From}\n{value}")).AsSpan(0, 16));

    [GeneratedRegex("""<img [^>]*src="cid:logo"[^>]*>""")]
    private static partial Regex LogoImage();

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex NotInFileName();

    [GeneratedRegex(@"\A[a-z]+/[A-Za-z0-9.+-]+(; ?[a-z]+=[A-Za-z0-9._-]+)*\z")]
    private static partial Regex MediaType();
}

/// <summary>
/// Free text of a header field, such as Subject. MimeKit encodes what is not ASCII, but lets stand what a reader would take for an encoded
/// word (RFC 2047) and loses spaces at folds; in a text with a stranger's name the one is an attack and the other a lie. Pure.
/// </summary>
internal static class HeaderText
{
    private const int LongestPlainWord = 60;
    private const int MostOctets = 39;          // of an encoded word: in base64, with its frame, 64 of the 75 that RFC 2047 §2 allows
    private const string WordStart = "=?utf-8?B?";
    private const string WordEnd = "?=";

    /// <summary>True for a text that folding and unfolding cannot change, and that no reader takes for something else.</summary>
    public static bool IsPlain(string text) =>
        text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?") && !text.Contains("  ") && text.Trim() == text
        && text.Split(' ').All(word => word.Length <= LongestPlainWord);

    /// <summary>The same of a name before an address: where it must be quoted it is one word, which nothing folds.</summary>
    public static bool IsPlainName(string text) => IsPlain(text) && text.Length + text.Count(c => c is '"' or '\\') <= LongestPlainWord;

    /// <summary>The text as encoded words, each on a line of its own; none ends within a character (RFC 2047 §5).</summary>
    public static string Encoded(string text)
    {
        List<string> words = [];
        List<byte> word = [];
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            int length = rune.EncodeToUtf8(utf8);
            if (word.Count + length > MostOctets)
                Close();
            word.AddRange(utf8[..length]);
        }

        Close();
        return string.Join("\r\n ", words);

        void Close()
        {
            words.Add($"{WordStart}{Convert.ToBase64String([.. word])}{WordEnd}");
            word.Clear();
        }
    }
}
