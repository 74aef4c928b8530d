using System.Text.RegularExpressions;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// What the Bot API's refusals mean and what to do about them. Its codes are few, so the words count, as the API's own clients must;
/// unknown words fall back to the code. Pure.
/// </summary>
internal static partial class TelegramRefusals
{
    /// <summary>
    /// After this the chat is tried again although somebody must put something right first: nobody tells us when that is done.
    /// </summary>
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
            401 or 404 => new(
                DeliveryVerdict.Permanent,
                $"the bot's token is not valid (revoked or mistyped): put the one from @BotFather into TELEGRAM_BOT_TOKEN; {said}",
                UntilFixed),
            _ when Advice(code, words, settings) is { } advice => new(DeliveryVerdict.Permanent, $"{advice}; {said}", UntilFixed),
            _ => new(DeliveryVerdict.Permanent, said),
        };
    }

    private static string? Advice(int code, string words, TelegramSettings settings)
    {
        string chat = settings.Chat;
        string topic = settings.Thread is { } thread ? $"topic {thread}" : "topic General";
        if (Has(words, "chat not found") || Has(words, "PEER_ID_INVALID") || Has(words, "chat_id is empty"))
            return $"there is no chat {chat}, or the bot was never in it: check TELEGRAM_CHAT_ID, and add the bot to the chat";
        if (Has(words, "thread not found") || Has(words, "TOPIC_DELETED") || Has(words, "TOPIC_ID_INVALID"))
            return $"chat {chat} has no {topic}: put the number of one that it has into "
                + $"TELEGRAM_THREAD_ID{(settings.Thread is null ? "" : ", or leave that out")}";
        if (Has(words, "TOPIC_CLOSED"))
            return $"the {topic} of chat {chat} is closed: open it, or choose another with TELEGRAM_THREAD_ID";
        if (Has(words, "was kicked") || Has(words, "is not a member"))
            return $"the bot is not in chat {chat} any more: add it again";
        if (Has(words, "blocked by the user") || Has(words, "can't initiate conversation"))
            return $"the person of chat {chat} must open the bot and press Start";
        if (Has(words, "user is deactivated") || Has(words, "chat was deleted"))
            return $"chat {chat} does not exist any more: choose another with TELEGRAM_CHAT_ID";
        return MissingRight(code, words) is { } right ? $"the bot may not write in chat {chat}: {right}" : null;
    }

    /// <summary>Which right is missing, with who can give it; null where the refusal is about something else.</summary>
    private static string? MissingRight(int code, string words)
    {
        if (ForbiddenKind().Match(words) is { Success: true } forbidden)
        {
            string kind = forbidden.Groups[1].Value.ToUpperInvariant() switch
            {
                "PLAIN" => "Send Text Messages",
                var other => $"Send {other.Replace('_', ' ').ToLowerInvariant()}",
            };
            return $"the right \"{kind}\" is missing: allow it in the group's permissions, or to the bot alone by making it an "
                + "administrator";
        }

        if (Has(words, "CHAT_GUEST_SEND_FORBIDDEN") || Has(words, "USER_NOT_PARTICIPANT"))
            return "only members may write there: add the bot to the group";
        if (Has(words, "USER_BANNED") || Has(words, "banned"))
            return "it is banned there: take it off the list of removed users and add it again";
        if (Has(words, "CHANNEL_PRIVATE") || Has(words, "CHAT_FORBIDDEN"))
            return "it has no access to it: add it again";
        if (Has(words, "PAYMENT_REQUIRED"))
            return "messages cost something there: make the bot an administrator, who pays nothing";
        if (Has(words, "need administrator rights") || Has(words, "ADMIN_REQUIRED") || Has(words, "RIGHT_FORBIDDEN"))
            return "the right \"Post Messages\" is missing: make the bot an administrator with it";
        if (Has(words, "not enough rights") || Has(words, "have no rights"))
            return "give it the right to send messages (in a channel: make it an administrator with the right \"Post Messages\")";
        if (Has(words, "RESTRICTED"))
            return "it, or the group, is restricted: give it the right to send messages";

        // Words of rights that Telegram has yet to invent.
        bool isAboutRights = code == 403 || RightsWord().IsMatch(words);
        return isAboutRights ? "see that it is a member with the right to send messages, and what Telegram names here" : null;
    }

    private static TimeSpan? Pause(double? seconds) => seconds switch
    {
        null or double.NaN => null,
        < 0 => TimeSpan.Zero,
        var s => s >= LongestPause.TotalSeconds ? LongestPause : TimeSpan.FromSeconds(s.Value),
    };

    private static bool Has(string words, string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"CHAT_SEND_(\w+?)_FORBIDDEN", RegexOptions.IgnoreCase)]
    private static partial Regex ForbiddenKind();

    [GeneratedRegex(
        @"_FORBIDDEN\b|_REQUIRED\b|_PRIVATE\b|\bforbidden\b|\brights?\b|\bpermissions?\b|\bnot allowed\b|\badministrators?\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex RightsWord();
}
