namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>What a look at the Bot API found, for <c>check</c>.</summary>
/// <param name="IsGood">False when messages would not arrive.</param>
/// <param name="Sentence">Names the bot, the chat, or what to do; never the token.</param>
public sealed record TelegramCheck(bool IsGood, string Sentence)
{
    /// <summary>Telegram answered, and will not say otherwise before a setting is another one; false where it could not be asked.</summary>
    public bool IsRefused { get; init; }
}
