namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>Which chat is written to. A group that became a supergroup has another number for ever, and is followed.</summary>
/// <param name="memory">Where that number is kept; null forgets it with this object.</param>
internal sealed class ChatNumber(TelegramSettings settings, ITelegramMemory? memory)
{
    private volatile string? _moved;

    /// <summary>As requests name it now.</summary>
    public string Now => _moved ?? memory?.MovedTo(settings.Chat) ?? settings.Chat;

    /// <summary>Telegram says that it has this one since; as requests name it from here on.</summary>
    public string Follow(long number)
    {
        string moved = $"{number}";
        _moved = moved;
        memory?.Moved(settings.Chat, moved);
        return moved;
    }
}
