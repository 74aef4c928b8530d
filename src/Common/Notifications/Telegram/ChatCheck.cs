using Athena.Common.Hosting;

namespace Athena.Common.Notifications.Telegram;

/// <summary>The part of <c>check</c> about a chat, the same for each daemon: the bot, the chat, and a message if one is asked for.</summary>
public static class ChatCheck
{
    /// <param name="sendTest">Sends a test message; null when none was asked for.</param>
    public static async Task RunAsync(TelegramSettings settings, CheckReport report, TimeProvider time, Func<TelegramBot, Task<DeliveryResult>>? sendTest, CancellationToken cancel)
    {
        using TelegramBot bot = new(settings, time);
        TelegramCheck me = await bot.GetMeAsync(cancel).ConfigureAwait(false);
        Tell("Telegram", me, "Check TELEGRAM_BOT_TOKEN, TELEGRAM_API and the way out (HTTPS_PROXY).");
        if (!me.IsGood)
            return;
        Tell("Telegram", await bot.GetChatAsync(cancel).ConfigureAwait(false), "Check TELEGRAM_CHAT_ID and TELEGRAM_THREAD_ID, and add the bot to the chat.");
        if (sendTest is null)
            return;
        DeliveryResult result = await sendTest(bot).ConfigureAwait(false);
        Tell("Test message", new(result.Verdict == DeliveryVerdict.Accepted, result.Detail), "See what it names.");

        void Tell(string what, TelegramCheck found, string remedy)
        {
            if (found.IsGood)
                report.Ok($"{what}: {found.Sentence}");
            else
                report.Fail($"{what}: {found.Sentence}", remedy);
        }
    }
}
