using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Common.Notifications.Smtp;

/// <summary>Writes a mail as RFC 5322 and MIME bytes. The same mail gives the same bytes, at each attempt and on each machine.</summary>
/// <param name="settings">In whose name.</param>
/// <param name="logo">A PNG shown where the HTML says <c>cid:logo</c>; null takes the Athena mark.</param>
public sealed partial class MailWriter(SmtpSettings settings, byte[]? logo = null)
{
    private const string LogoReference = "\"cid:logo\"";

    private readonly byte[] _logo = logo ?? AthenaMark.Png;

    /// <summary>Made from the mail's key and the sender alone: the same at each attempt and for each recipient.</summary>
    public string MessageId(string key) => $"<{Hash("mail", key)}@{settings.From.Domain}>";

    /// <summary>Writes one mail.</summary>
    /// <param name="writtenAt">The <c>Date</c>.</param>
    /// <param name="forSmtpUtf8">
    /// False writes 7-bit only and leaves addresses that need SMTPUTF8 out of <c>To</c>, where they could not be written.
    /// </param>
    public WrittenMail Write(OutgoingMail mail, DateTimeOffset writtenAt, bool forSmtpUtf8 = false)
    {
        string messageId = MessageId(mail.Key);
        StringBuilder message = new();
        AppendHeaders(message, mail, messageId, writtenAt, forSmtpUtf8);
        message.Append(Body(mail).ToString());
        return new WrittenMail(messageId, Encoding.UTF8.GetBytes(message.ToString()));
    }

    private void AppendHeaders(StringBuilder message, OutgoingMail mail, string messageId, DateTimeOffset writtenAt, bool forSmtpUtf8)
    {
        List<EmailAddress> visible = [];
        foreach (string recipient in mail.Recipients)
        {
            if (EmailAddress.TryParse(recipient, out EmailAddress? address) && (forSmtpUtf8 || !address.NeedsSmtpUtf8))
                visible.Add(address);
        }

        message.Append($"Date: {Date(writtenAt)}\r\n");
        message.Append(HeaderText.Mailbox("From", settings.FromName, settings.From));
        if (settings.ReplyTo is not null)
            message.Append(HeaderText.Mailbox("Reply-To", "", settings.ReplyTo));
        message.Append(visible.Count > 0 ? HeaderText.Addresses("To", visible) : "To: undisclosed-recipients:;\r\n");
        message.Append(HeaderText.Unstructured("Subject", mail.Subject));
        message.Append($"Message-ID: {messageId}\r\n");
        if (mail.Thread is not null)
        {
            // A root that no mail has: whichever of the thread arrives first, all of them are siblings under it.
            string root = $"<{Hash("thread", mail.Thread)}@{settings.From.Domain}>";
            message.Append($"In-Reply-To: {root}\r\nReferences: {root}\r\n");
        }

        // RFC 3834 §5, and Exchange's own: no out-of-office answers to a machine.
        message.Append("Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
        if (mail.IsUrgent)
            message.Append("Importance: high\r\nPriority: urgent\r\nX-Priority: 1\r\n");
        message.Append("MIME-Version: 1.0\r\n");
    }

    private MimePart Body(OutgoingMail mail)
    {
        MimePart body = MimePart.Text("text/plain", mail.Text);
        if (mail.Html is not null)
            body = MimePart.Multipart("alternative", Boundary(mail, "alternative"), [body, HtmlBody(mail, mail.Html)]);
        if (mail.Attachments is { Count: > 0 } attachments)
            body = MimePart.Multipart("mixed", Boundary(mail, "mixed"), [body, .. attachments.Select(Attached)]);
        return body;
    }

    private MimePart HtmlBody(OutgoingMail mail, string html)
    {
        if (!html.Contains(LogoReference))
            return MimePart.Text("text/html", html);
        // A Content-ID has the form of a Message-ID (RFC 2045 §7), so the author's short name gets our domain.
        string id = $"logo@{settings.From.Domain}";
        MimePart image = MimePart.Binary(
            "image/png; name=logo.png", _logo, $"Content-ID: <{id}>\r\nContent-Disposition: inline; filename=logo.png\r\n");
        return MimePart.Multipart(
            "related", Boundary(mail, "related"), [MimePart.Text("text/html", html.Replace(LogoReference, $"\"cid:{id}\"")), image]);
    }

    private static MimePart Attached(Attachment attachment)
    {
        string name = NotInFileName().Replace(attachment.FileName, "_");
        string type = MediaType().IsMatch(attachment.MediaType) ? attachment.MediaType : "application/octet-stream";
        return MimePart.Binary(type, attachment.Content, $"Content-Disposition: attachment; filename=\"{name}\"\r\n");
    }

    // "=_" can stand in no quoted-printable and no base64 line (RFC 2045 §6.7), so no content can hold a boundary.
    private string Boundary(OutgoingMail mail, string purpose) => $"=_{Hash(purpose, mail.Key)}";

    private string Hash(string purpose, string value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{settings.From}\n{value}")).AsSpan(0, 16));

    private static string Date(DateTimeOffset at) =>
        at.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + at.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "");

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex NotInFileName();

    [GeneratedRegex(@"\A[a-z]+/[A-Za-z0-9.+-]+(; ?[a-z]+=[A-Za-z0-9._-]+)*\z")]
    private static partial Regex MediaType();
}
