namespace Athena.Common.Notifications.Telegram;

/// <summary>
/// What the Bot API's refusals mean and what to do about them. Its codes are few, so the words count, as the API's own clients must;
/// unknown words fall back to the code. Pure.
/// </summary>
internal static class TelegramRefusals
{
    /// <summary>After this the chat is tried again although somebody must put something right first: nobody tells us that he did.</summary>
    public static readonly TimeSpan UntilFixed = TimeSpan.FromHours(1);

    // Telegram asks for hours at most; a larger number is a mistake of somebody's, and must not silence us for years.
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>Our markup was not understood: the same again as plain text is the remedy.</summary>
    public static bool IsAboutMarkup(int code, string words) => code == 400 && Has(words, "can't parse entities");

    public static DeliveryResult Classify(int code, string words, AnswerParameters? parameters, TelegramSettings settings)
    {
        string said = $"{settings.Place} says {code} {words}";
        return code switch
        {
            0 => new(DeliveryVerdict.Transient, words),
            429 => new(DeliveryVerdict.Transient, $"too many messages, {said}", Pause(parameters?.RetryAfter)),
            408 or >= 500 => new(DeliveryVerdict.Transient, said),
            401 or 404 => new(DeliveryVerdict.Permanent, $"the bot's token is not valid (revoked or mistyped): put the one from @BotFather into TELEGRAM_BOT_TOKEN; {said}", UntilFixed),
            _ when Advice(code, words, settings) is { } advice => new(DeliveryVerdict.Permanent, $"{advice}; {said}", UntilFixed),
            _ => new(DeliveryVerdict.Permanent, said),
        };
    }

    private static string? Advice(int code, string words, TelegramSettings settings)
    {
        string chat = settings.Chat;
        if (Has(words, "chat not found") || Has(words, "PEER_ID_INVALID") || Has(words, "chat_id is empty"))
            return $"there is no chat {chat}, or the bot was never in it: check TELEGRAM_CHAT_ID, and add the bot to the chat";
        if (Has(words, "thread not found") || Has(words, "TOPIC_DELETED") || Has(words, "TOPIC_ID_INVALID"))
            return $"chat {chat} has no topic {settings.Thread}: put its number into TELEGRAM_THREAD_ID, or leave that out";
        if (Has(words, "TOPIC_CLOSED"))
            return $"the topic {settings.Thread} of chat {chat} is closed: open it, or choose another with TELEGRAM_THREAD_ID";
        if (Has(words, "was kicked") || Has(words, "is not a member"))
            return $"the bot is not in chat {chat} any more: add it again";
        if (Has(words, "blocked by the user") || Has(words, "can't initiate conversation"))
            return $"the person of chat {chat} must open the bot and press Start";
        if (Has(words, "user is deactivated") || Has(words, "chat was deleted"))
            return $"chat {chat} does not exist any more: choose another with TELEGRAM_CHAT_ID";
        if (Has(words, "not enough rights") || Has(words, "have no rights") || Has(words, "CHAT_WRITE_FORBIDDEN") || Has(words, "CHAT_RESTRICTED")
            || Has(words, "need administrator rights"))
        {
            return $"the bot may not write in chat {chat}: give it the right to send messages (in a channel: make it an administrator)";
        }

        return code == 403 ? $"the bot may not write in chat {chat}: see that it is a member and may send messages" : null;
    }

    private static TimeSpan? Pause(double? seconds) => seconds switch
    {
        null or double.NaN => null,
        < 0 => TimeSpan.Zero,
        var s => s >= LongestPause.TotalSeconds ? LongestPause : TimeSpan.FromSeconds(s.Value),
    };

    private static bool Has(string words, string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
}
