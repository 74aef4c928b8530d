namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>What a daemon must not forget about its chat: a group that became a supergroup has another number for ever.</summary>
public interface ITelegramMemory
{
    /// <summary>The number that a chat of the settings has got since; null when nothing was said. Asked at each message: no I/O.</summary>
    string? MovedTo(string chat);

    /// <summary>
    /// Telegram says that <paramref name="chat"/> of the settings is <paramref name="newChat"/> now. To be kept with the daemon's state,
    /// and worth one line in its journal. May come again, and from several messages at a time; must not throw.
    /// </summary>
    void Moved(string chat, string newChat);
}
