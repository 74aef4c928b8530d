using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;

namespace Athena.Common.Notify.Channels;

/// <summary>
/// A notification as one channel carries it. It waits on disk in this form: its members keep their names there, and a new one has a meaning
/// when it is absent.
/// </summary>
/// <param name="Key">The notification's.</param>
/// <param name="Recipients">Who gets it, as the channel names them: mail addresses, or the one name of a chat. Each is delivered to, and
/// recorded, apart.</param>
/// <param name="Subject">Unicode, without line ends.</param>
/// <param name="Text">The plain part; lines end with <c>\n</c>.</param>
/// <param name="Html">The HTML part; may show the logo as <c>cid:logo</c>. Null for one in text only.</param>
/// <param name="Thread">Mails with the same thread value are tied together by <c>References</c>; null stands alone.</param>
/// <param name="IsUrgent">Sets the headers that make clients flag it, and is sent before others.</param>
/// <param name="Attachments">Files that go with it.</param>
public sealed record OutgoingMessage(
    string Key,
    IReadOnlyList<string> Recipients,
    string Subject,
    string Text,
    string? Html,
    string? Thread = null,
    bool IsUrgent = false,
    IReadOnlyList<Attachment>? Attachments = null)
{
    /// <summary>For a chat; null is made of subject and text.</summary>
    public IReadOnlyList<TelegramRow>? Rows { get; init; }

    /// <summary>Makes no sound.</summary>
    public bool IsSilent { get; init; }
}
