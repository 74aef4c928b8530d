using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Notify.Chat;

/// <summary>Where what is critical is said besides the mail.</summary>
/// <param name="HidesNames">People are named by uid or id alone.</param>
internal sealed record ChatOptions(TelegramSettings Telegram, bool HidesNames);
