using Athena.Common.Checks;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// The Bot API as the daemons use it. Classifies and never throws but for cancellation; whoever calls decides about another try.
/// </summary>
public interface ITelegram
{
    /// <summary>Sends one message to the chat of the settings; as plain text when the server rejects our markup.</summary>
    Task<DeliveryResult> SendAsync(TelegramText text, bool isSilent, CancellationToken cancel);

    /// <summary>For <c>check</c>: who the bot is, what the chat is, and whether it may write there. Sends nothing.</summary>
    /// <returns>Whether the bot is known, so that a test message has a meaning.</returns>
    Task<bool> LookAsync(CheckReport report, CancellationToken cancel);
}
