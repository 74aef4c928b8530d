namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>How a piece of a message is shown.</summary>
public enum TelegramStyle
{
    Plain,
    Bold,
    Code,
}
