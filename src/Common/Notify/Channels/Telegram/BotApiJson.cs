using System.Text.Json.Serialization;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>https://core.telegram.org/bots/api#sendmessage. What is null is not sent.</summary>
internal sealed record SendMessageRequest(string ChatId, string Text, string? ParseMode, long? MessageThreadId, bool? DisableNotification)
{
    public LinkPreviewOptions LinkPreviewOptions { get; } = new();
}

internal sealed record LinkPreviewOptions
{
    public bool IsDisabled { get; } = true;
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

internal sealed record ChatMember(string? Status, bool? CanSendMessages, bool? CanPostMessages);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SendMessageRequest))]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(BotAnswer<SentMessage>))]
[JsonSerializable(typeof(BotAnswer<BotUser>))]
[JsonSerializable(typeof(BotAnswer<ChatFacts>))]
[JsonSerializable(typeof(BotAnswer<ChatMember>))]
internal sealed partial class TelegramJsonContext : JsonSerializerContext;
