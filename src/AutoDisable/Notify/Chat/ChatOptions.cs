using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Notify.Chat;

/// <summary>Where what is critical is said besides the mail.</summary>
/// <param name="Names">How people are named there; uid or id is always said.</param>
internal sealed record ChatOptions(TelegramSettings Telegram, NameStyle Names);
