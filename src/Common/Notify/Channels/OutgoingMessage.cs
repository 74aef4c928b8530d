using System.Text.Json.Serialization;
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

    /// <summary>
    /// Of recipients, as they stand in <see cref="Recipients"/>, who get a body of their own: what is in it is meant for nobody else. Null
    /// where all get the same. It waits in a file apart, which no backup has: whoever is without it then gets the common body.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, OutgoingBody>? Bodies { get; init; }

    /// <summary>As this recipient gets it.</summary>
    /// <remarks>Another mail than that of the others, so it has a key of its own: of two with one Message-ID a mailbox shows one.</remarks>
    public OutgoingMessage For(string recipient, OutgoingBody body) => this with
    {
        Key = $"{Key}\n{recipient}",
        Recipients = [recipient],
        Text = body.Text,
        Html = body.Html,
        Bodies = null,
        IsPersonal = true,
    };

    /// <summary>It has links that are one person's: nothing on the way is to rewrite or follow them.</summary>
    [JsonIgnore]
    public bool IsPersonal { get; private init; }
}

/// <summary>What one recipient of a message gets instead of what all get.</summary>
/// <param name="Text">The plain part; lines end with <c>\n</c>.</param>
/// <param name="Html">The HTML part.</param>
public sealed record OutgoingBody(string Text, string Html);
