namespace Athena.Common.Notifications.Smtp;

/// <summary>Writes a mail as RFC 5322 and MIME bytes. The same mail gives the same bytes, at each attempt and on each machine.</summary>
/// <param name="settings">In whose name.</param>
/// <param name="logo">A PNG shown where the HTML says <c>cid:logo</c>; null takes the Athena mark.</param>
public sealed class MailWriter(SmtpSettings settings, byte[]? logo = null)
{
    /// <summary>Made from the mail's key and the sender alone: the same at each attempt and for each recipient.</summary>
    public string MessageId(string key) => throw new NotImplementedException(key + settings + logo);

    /// <summary>Writes one mail.</summary>
    /// <param name="writtenAt">The <c>Date</c>.</param>
    /// <param name="forSmtpUtf8">
    /// False writes 7-bit only and leaves addresses that need SMTPUTF8 out of <c>To</c>, where they could not be written.
    /// </param>
    public WrittenMail Write(OutgoingMail mail, DateTimeOffset writtenAt, bool forSmtpUtf8 = false) => throw new NotImplementedException();
}
