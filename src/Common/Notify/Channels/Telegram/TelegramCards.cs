using System.Globalization;
using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Telegram;

/// <inheritdoc cref="ITelegramCards"/>
/// <param name="settings">Which bot, which chat; that must be given by its number.</param>
/// <param name="time">The clock.</param>
/// <param name="memory">Where the number of a chat that moved is kept; null forgets it with this object.</param>
public sealed class TelegramCards(TelegramSettings settings, TimeProvider time, ITelegramMemory? memory = null)
    : ITelegramCards, IDisposable
{
    private const int LongestName = 40;
    private const int LongestAnswer = 200;
    private const string Webhook =
        "this bot has a webhook, by which another program gets what is pressed: give this daemon a bot of its own, or take the "
        + "webhook away (deleteWebhook)";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly BotConnection _connection = new(settings, time);
    private readonly BotConnection _listening = new(settings with { Timeout = Patience + settings.Timeout }, time);
    private readonly ChatNumber _chat = new(settings, memory);

    /// <inheritdoc/>
    public async Task<(long? Message, DeliveryResult Result)> PostAsync(TelegramCard card, CancellationToken cancel)
    {
        var json = TelegramJsonContext.Default;
        var reply = await AskAsync(
            chat => _connection.AskAsync(
                "sendMessage",
                new SendMessageRequest(
                    chat, TelegramWriter.Html(card.Text), "HTML", settings.Thread, card.IsSilent || settings.IsSilent ? true : null)
                {
                    ReplyMarkup = Keyboard(card),
                },
                json.SendMessageRequest, json.BotAnswerSentMessage, cancel)).ConfigureAwait(false);
        return (reply.Result?.MessageId, ResultOf(reply));
    }

    /// <inheritdoc/>
    public async Task<DeliveryResult> ChangeAsync(long message, TelegramCard card, CancellationToken cancel)
    {
        var json = TelegramJsonContext.Default;
        var reply = await AskAsync(
            chat => _connection.AskAsync(
                "editMessageText",
                new EditMessageRequest(chat, message, TelegramWriter.Html(card.Text), "HTML", Keyboard(card)),
                json.EditMessageRequest, json.BotAnswerAnything, cancel)).ConfigureAwait(false);
        return reply.Code == 400 && reply.Words.Contains("message is not modified", StringComparison.OrdinalIgnoreCase)
            ? new DeliveryResult(DeliveryVerdict.Accepted, "it is so already")
            : ResultOf(reply);
    }

    /// <inheritdoc/>
    public Task TellAsync(TelegramPress press, string text, bool isAlert, CancellationToken cancel)
    {
        var json = TelegramJsonContext.Default;
        return _connection.AskAsync(
            "answerCallbackQuery", new AnswerPressRequest(press.Id, UntrustedText.Visible(text, LongestAnswer), isAlert),
            json.AnswerPressRequest, json.BotAnswerAnything, cancel);
    }

    /// <inheritdoc/>
    public async Task<TelegramPresses> NextAsync(long offset, CancellationToken cancel)
    {
        var json = TelegramJsonContext.Default;
        var reply = await _listening.AskAsync(
            "getUpdates", new UpdatesRequest(offset, (int)Patience.TotalSeconds), json.UpdatesRequest, json.BotAnswerBotUpdateArray, cancel)
            .ConfigureAwait(false);
        if (reply.Result is not { } updates)
            return new([], offset, reply.Code == 409 ? new(DeliveryVerdict.Permanent, Conflict(reply.Words)) : ResultOf(reply));
        return new(
            [.. updates.Select(PressOf).OfType<TelegramPress>()],
            updates.Aggregate(offset, (next, one) => Math.Max(next, one.UpdateId + 1)));
    }

    /// <inheritdoc/>
    public async Task<bool?> IsMemberAsync(long user, CancellationToken cancel)
    {
        // One's own chat with the bot has no members.
        if (_chat.Now == user.ToString(CultureInfo.InvariantCulture))
            return true;
        var json = TelegramJsonContext.Default;
        var reply = await AskAsync(
            chat => _connection.AskAsync(
                "getChatMember", new ChatRequest(chat, user), json.ChatRequest, json.BotAnswerChatMember, cancel)).ConfigureAwait(false);
        return reply.Result switch
        {
            { Status: "creator" or "administrator" or "member" } => true,
            { Status: "restricted" } restricted => restricted.IsMember == true,
            { Status: "left" or "kicked" } => false,
            _ => reply.Code == 400 ? false : null, // It says so of whoever never was there.
        };
    }

    /// <inheritdoc/>
    public async Task<string?> WhyDeafAsync(CancellationToken cancel)
    {
        var json = TelegramJsonContext.Default;
        var reply = await _connection.AskAsync(
            "getWebhookInfo", new ChatRequest(), json.ChatRequest, json.BotAnswerWebhookInfo, cancel).ConfigureAwait(false);
        return reply.Result is { Url.Length: > 0 } hook ? $"{Webhook} (at {HostOf(hook.Url)})" : null;
    }

    public void Dispose()
    {
        _connection.Dispose();
        _listening.Dispose();
    }

    /// <summary>Names place and chat, never the token.</summary>
    public override string ToString() => settings.ToString();

    private static string Conflict(string words) => words.Contains("webhook", StringComparison.OrdinalIgnoreCase)
        ? Webhook
        : "another program asks for what is pressed with the token of this bot: stop it, or give this daemon a bot of its own";

    private static string HostOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var hook) ? UntrustedText.Visible(hook.Host, 100) : "an address that is none";

    private static InlineKeyboard? Keyboard(TelegramCard card) => card.Buttons.Count == 0
        ? null
        : new InlineKeyboard(
            [.. card.Buttons.Select(row => (IReadOnlyList<InlineButton>)[.. row.Select(one => new InlineButton(one.Label, one.Data))])]);

    private TelegramPress? PressOf(BotUpdate update)
    {
        if (update.CallbackQuery is not { Id: { } id, From: { } from } query)
            return null;
        bool isOurs = query.Message is { Chat: { } chat, ForwardOrigin: null }
            && chat.Id.ToString(CultureInfo.InvariantCulture) is var number && (number == _chat.Now || number == settings.Chat);
        return new(
            id, from.Id, _connection.Clean(from.FirstName ?? from.Username, LongestName),
            query.Message?.MessageId ?? 0, query.Data ?? "", isOurs);
    }

    /// <summary>A group that became a supergroup is followed; messages of before cannot be changed there.</summary>
    private async Task<BotReply<T>> AskAsync<T>(Func<string, Task<BotReply<T>>> ask)
        where T : class
    {
        var reply = await ask(_chat.Now).ConfigureAwait(false);
        if (reply.Parameters?.MigrateToChatId is not (< 0 and var newChat))
            return reply;
        return await ask(_chat.Follow(newChat)).ConfigureAwait(false);
    }

    private DeliveryResult ResultOf<T>(BotReply<T> reply)
        where T : class =>
        reply.IsOk
            ? new DeliveryResult(DeliveryVerdict.Accepted, $"accepted by {settings.Place}")
            : TelegramRefusals.Classify(reply.Code, reply.Words, reply.Parameters, settings);
}
