namespace Athena.Common.Notifications.Telegram;

/// <summary>The Bot API as the daemons use it. Classifies and never throws but for cancellation; whoever calls decides about another try.</summary>
public interface ITelegram
{
    /// <summary>Sends one message to the chat of the settings; as plain text when the server rejects our markup.</summary>
    Task<DeliveryResult> SendAsync(TelegramText text, bool isSilent, CancellationToken cancel);
}
