using System.Text.Json;
using System.Text.Json.Serialization;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>https://core.telegram.org/bots/api#sendmessage. What is null is not sent.</summary>
internal sealed record SendMessageRequest(string ChatId, string Text, string? ParseMode, long? MessageThreadId, bool? DisableNotification)
{
    public InlineKeyboard? ReplyMarkup { get; init; }

    public LinkPreviewOptions LinkPreviewOptions { get; } = new();
}

internal sealed record LinkPreviewOptions
{
    public bool IsDisabled { get; } = true;
}

/// <summary>https://core.telegram.org/bots/api#inlinekeyboardmarkup, with buttons that come back to us.</summary>
internal sealed record InlineKeyboard(IReadOnlyList<IReadOnlyList<InlineButton>> Rows)
{
    [JsonPropertyName("inline_keyboard")]
    public IReadOnlyList<IReadOnlyList<InlineButton>> Rows { get; } = Rows;
}

internal sealed record InlineButton(string Text, string CallbackData);

/// <summary>https://core.telegram.org/bots/api#editmessagetext; without a keyboard the message loses the one that it has.</summary>
internal sealed record EditMessageRequest(string ChatId, long MessageId, string Text, string? ParseMode, InlineKeyboard? ReplyMarkup)
{
    public LinkPreviewOptions LinkPreviewOptions { get; } = new();
}

/// <summary>https://core.telegram.org/bots/api#answercallbackquery: at most 200 signs; an alert is to be closed by the person.</summary>
internal sealed record AnswerPressRequest(string CallbackQueryId, string Text, bool ShowAlert);

/// <summary>https://core.telegram.org/bots/api#getupdates: waits up to that many seconds. What is below the offset is forgotten.</summary>
internal sealed record UpdatesRequest(long Offset, int Timeout)
{
    public IReadOnlyList<string> AllowedUpdates { get; } = ["callback_query"];
}

/// <summary>https://core.telegram.org/bots/api#update, as far as it was asked for.</summary>
internal sealed record BotUpdate(long UpdateId, CallbackQuery? CallbackQuery);

/// <summary>https://core.telegram.org/bots/api#callbackquery; of a message sent by way of another chat there is only an id.</summary>
internal sealed record CallbackQuery(string? Id, PressedBy? From, PressedMessage? Message, string? Data);

internal sealed record PressedBy(long Id, string? FirstName, string? Username);

internal sealed record PressedMessage(long MessageId, PressedChat? Chat, JsonElement? ForwardOrigin);

internal sealed record PressedChat(long Id);

/// <summary>https://core.telegram.org/bots/api#webhookinfo: empty where none is set.</summary>
internal sealed record WebhookInfo(string? Url);

/// <summary>What a method answers of which nothing is needed.</summary>
[JsonConverter(typeof(AnythingConverter))]
internal sealed class Anything
{
    internal sealed class AnythingConverter : JsonConverter<Anything>
    {
        public override bool HandleNull => true;

        public override Anything Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Skip();
            return new Anything();
        }

        public override void Write(Utf8JsonWriter writer, Anything value, JsonSerializerOptions options) => writer.WriteNullValue();
    }
}

/// <summary>https://core.telegram.org/bots/api#getchat and #getchatmember; #getme wants nothing.</summary>
internal sealed record ChatRequest(string? ChatId = null, long? UserId = null);

/// <summary>https://core.telegram.org/bots/api#making-requests.</summary>
internal sealed record BotAnswer<T>(bool Ok, T? Result, int? ErrorCode, string? Description, AnswerParameters? Parameters)
    where T : class;

internal sealed record AnswerParameters(long? MigrateToChatId, double? RetryAfter);

internal sealed record SentMessage(long? MessageId);

internal sealed record BotUser(string? FirstName, string? Username);

internal sealed record ChatFacts(
    string? Type, string? Title, string? FirstName, string? Username, bool? IsForum, ChatPermissions? Permissions);

/// <summary>https://core.telegram.org/bots/api#chatpermissions: what members may who are no administrators.</summary>
internal sealed record ChatPermissions(bool? CanSendMessages);

internal sealed record ChatMember(string? Status, bool? CanSendMessages, bool? CanPostMessages)
{
    /// <summary>Of somebody restricted: whether they are in the chat at all.</summary>
    public bool? IsMember { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SendMessageRequest))]
[JsonSerializable(typeof(EditMessageRequest))]
[JsonSerializable(typeof(AnswerPressRequest))]
[JsonSerializable(typeof(UpdatesRequest))]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(BotAnswer<SentMessage>))]
[JsonSerializable(typeof(BotAnswer<BotUser>))]
[JsonSerializable(typeof(BotAnswer<ChatFacts>))]
[JsonSerializable(typeof(BotAnswer<ChatMember>))]
[JsonSerializable(typeof(BotAnswer<BotUpdate[]>))]
[JsonSerializable(typeof(BotAnswer<WebhookInfo>))]
[JsonSerializable(typeof(BotAnswer<Anything>))]
internal sealed partial class TelegramJsonContext : JsonSerializerContext;
