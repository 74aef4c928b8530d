namespace Athena.Common.Notifications;

/// <summary>
/// A mail as its author thinks of it; who it is from, the logo and the wire format are the transport's.
/// </summary>
/// <param name="Key">
/// Names the effect and makes it idempotent: <c>locked/eg4xf3128fz7kd/1</c>. Two mails with one key are one mail, with one Message-ID,
/// however often they are put into the outbox.
/// </param>
/// <param name="Recipients">Addresses, each to be one plain addr-spec; others are refused permanently without being sent anywhere.</param>
/// <param name="Subject">Unicode, without line ends.</param>
/// <param name="Text">The plain part; lines end with <c>\n</c>.</param>
/// <param name="Html">The HTML part; may show the logo as <c>cid:logo</c>. Null for a mail in text only.</param>
/// <param name="Thread">Mails with the same thread value are tied together by <c>References</c>; null stands alone.</param>
/// <param name="IsUrgent">Sets the headers that make clients flag it.</param>
/// <param name="Attachments">Files that go with it.</param>
public sealed record OutgoingMail(
    string Key,
    IReadOnlyList<string> Recipients,
    string Subject,
    string Text,
    string? Html,
    string? Thread = null,
    bool IsUrgent = false,
    IReadOnlyList<Attachment>? Attachments = null);
