using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Notify.Chat;

/// <summary>
/// Says when the group became a supergroup. The bot follows it for as long as it lives, and after a restart Telegram tells the number
/// again, so nothing is kept: the sysadmin is reminded until they have set it.
/// </summary>
internal sealed class MovedChat(EventRecorder eventRecorder) : ITelegramMemory
{
    public string? MovedTo(string chat) => null;

    public void Moved(string chat, string newChat) => eventRecorder.ChatMoved(chat, newChat);
}
