using Athena.Common.Notifications.Telegram;

namespace Athena.AutoDisable.Chat;

/// <summary>
/// Says when the group became a supergroup. The bot follows it for as long as it lives, and after a restart Telegram tells the number
/// again, so nothing is kept: the sysadmin is reminded until he has set it.
/// </summary>
internal sealed class MovedChat(Chronicle chronicle) : ITelegramMemory
{
    public string? MovedTo(string chat) => null;

    public void Moved(string chat, string newChat) => chronicle.ChatMoved(chat, newChat);
}
