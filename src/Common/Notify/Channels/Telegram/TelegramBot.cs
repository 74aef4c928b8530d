using Athena.Common.Checks;
using Athena.Common.Time;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// Writes into one chat. Classifies as <see cref="DeliveryResult"/> says, with one meaning more: <see cref="DeliveryVerdict.Permanent"/>
/// <b>with</b> a <see cref="DeliveryResult.RetryAfter"/> means that nothing reaches this chat until somebody puts right what the detail
/// names, and that a try after that time finds out whether they did; <b>without</b> one, that this message alone was refused.
/// May be used by several callers at a time.
/// </summary>
/// <param name="memory">Where the number of a chat that moved is kept; null forgets it with this object.</param>
public sealed class TelegramBot(TelegramSettings settings, TimeProvider time, ITelegramMemory? memory = null) : ITelegram, IDisposable
{
    private readonly BotConnection _connection = new(settings, time);
    private readonly ZoneText _zone = new(settings.Zone);
    private readonly ChatNumber _chat = new(settings, memory);

    /// <inheritdoc/>
    public async Task<DeliveryResult> SendAsync(TelegramText text, bool isSilent, CancellationToken cancel)
    {
        string plain = TelegramWriter.Plain(text);
        if (string.IsNullOrWhiteSpace(plain))
            return new(DeliveryVerdict.Permanent, "there is nothing in the message");

        SendMessageRequest request = new(
            _chat.Now, TelegramWriter.Html(text), "HTML", settings.Thread, isSilent || settings.IsSilent ? true : null);
        BotReply<SentMessage> reply = await SendAsync(request, cancel).ConfigureAwait(false);
        string how = "";
        bool hasMoved = false;

        // Each remedy once: a server that always answers the same must not keep us here.
        for (int remedies = 0; remedies < 2; remedies++)
        {
            if (how.Length == 0 && TelegramRefusals.IsAboutMarkup(reply.Code, reply.Words))
            {
                how = $" as plain text, because it did not take the markup ({reply.Words})";
                request = request with { Text = plain, ParseMode = null };
            }
            else if (!hasMoved && reply.Parameters?.MigrateToChatId is { } newChat and < 0)
            {
                hasMoved = true;
                request = request with { ChatId = _chat.Follow(newChat) };
            }
            else
            {
                break;
            }

            reply = await SendAsync(request, cancel).ConfigureAwait(false);
        }

        if (reply.Result is { } sent)
            return new(DeliveryVerdict.Accepted,
                $"accepted by {settings.Place} at {_zone.Second(time.GetUtcNow())}{(sent.MessageId is { } id ? $" as message {id}" : "")}"
                + $"{how}");

        if (reply.Parameters?.MigrateToChatId is not null)
            return new(DeliveryVerdict.Transient,
                $"{settings.Place} says of the chat's new number that it moved, too ({reply.Code} {reply.Words})");
        return TelegramRefusals.Classify(reply.Code, reply.Words, reply.Parameters, settings) with
        {
            MayHaveArrived = reply.MayHaveArrived || reply.Code == 504,
        };
    }

    /// <inheritdoc/>
    public async Task<bool> LookAsync(CheckReport report, CancellationToken cancel)
    {
        TelegramCheck me = await GetMeAsync(cancel).ConfigureAwait(false);
        Tell(me, "Check TELEGRAM_BOT_TOKEN, TELEGRAM_API and the way out (HTTPS_PROXY).");
        if (me.IsGood)
            Tell(await GetChatAsync(cancel).ConfigureAwait(false),
                "Check TELEGRAM_CHAT_ID and TELEGRAM_THREAD_ID, and add the bot to the chat.");
        return me.IsGood;

        void Tell(TelegramCheck found, string remedy)
        {
            if (found.IsGood)
                report.Ok($"Telegram: {found.Sentence}");
            else
                report.Fail($"Telegram: {found.Sentence}", remedy);
        }
    }

    /// <summary>Asks who the bot is: for <c>check</c>. Sends no message.</summary>
    public async Task<TelegramCheck> GetMeAsync(CancellationToken cancel)
    {
        var reply = await _connection.AskAsync(
            "getMe", new ChatRequest(), TelegramJsonContext.Default.ChatRequest, TelegramJsonContext.Default.BotAnswerBotUser, cancel)
                .ConfigureAwait(false);
        return reply.Result is { } me
            ? new(true, $"{settings.Place} knows the bot as {Name(me.FirstName, me.Username)}")
            : Refused(reply);
    }

    /// <summary>
    /// Asks what the chat is and whether the bot may write there, as far as Telegram tells: for <c>check</c>. Sends no message.
    /// </summary>
    public async Task<TelegramCheck> GetChatAsync(CancellationToken cancel)
    {
        TelegramJsonContext json = TelegramJsonContext.Default;
        var reply = await _connection.AskAsync("getChat", new ChatRequest(_chat.Now), json.ChatRequest, json.BotAnswerChatFacts, cancel)
            .ConfigureAwait(false);
        if (reply.Parameters?.MigrateToChatId is { } newChat and < 0)
            return new(
                true, $"chat {settings.Chat} became a supergroup; messages will follow it, but better set TELEGRAM_CHAT_ID={newChat}");
        if (reply.Result is not { } chat)
            return Refused(reply);

        string sentence = $"chat {_chat.Now} is the {Kind(chat.Type)} {Name(chat.Title ?? chat.FirstName, chat.Username)}";
        if (settings.Thread is not null && chat.IsForum != true)
            return Unfit($"{sentence}, which has no topics: leave TELEGRAM_THREAD_ID out");

        // A token begins with the bot's own id. A refusal here says nothing: members of a channel are shown to its administrators only.
        ChatRequest question = new(_chat.Now, long.Parse(settings.Token.Split(':')[0]));
        var membership = await _connection.AskAsync("getChatMember", question, json.ChatRequest, json.BotAnswerChatMember, cancel)
            .ConfigureAwait(false);
        if (membership.Result is { Status: "left" or "kicked" })
            return Unfit($"{sentence}, but the bot is not in it: add it");
        bool mayWrite = membership.Result switch
        {
            { Status: "restricted" } restricted => restricted.CanSendMessages != false,
            { Status: "administrator" } administrator => chat.Type != "channel" || administrator.CanPostMessages != false,
            { Status: "member" } => chat.Permissions?.CanSendMessages != false,
            _ => true,
        };
        return mayWrite
            ? new(true, sentence)
            : Unfit($"{sentence}, but the bot may not write there: give it the right to send messages");
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Names place and chat, never the token.</summary>
    public override string ToString() => settings.ToString();

    private Task<BotReply<SentMessage>> SendAsync(SendMessageRequest request, CancellationToken cancel) => _connection.AskAsync(
        "sendMessage", request, TelegramJsonContext.Default.SendMessageRequest, TelegramJsonContext.Default.BotAnswerSentMessage, cancel);

    private TelegramCheck Refused<T>(BotReply<T> reply)
        where T : class
    {
        var found = TelegramRefusals.Classify(reply.Code, reply.Words, reply.Parameters, settings);
        return new(false, found.Detail) { IsRefused = found.Verdict == DeliveryVerdict.Permanent };
    }

    private static TelegramCheck Unfit(string sentence) => new(false, sentence) { IsRefused = true };

    private static string Kind(string? type) => type switch
    {
        "private" => "private chat",
        "group" or "supergroup" or "channel" => type,
        _ => "chat",
    };

    private string Name(string? title, string? username)
    {
        string shown = $"\"{_connection.Clean(title)}\"";
        return username is null ? shown : $"{shown} (@{_connection.Clean(username)})";
    }
}
