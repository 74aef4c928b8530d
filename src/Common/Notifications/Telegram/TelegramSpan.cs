namespace Athena.Common.Notifications.Telegram;

/// <summary>A piece of a row. The text is data and may be hostile; it is escaped when the message is written.</summary>
public sealed record TelegramSpan(string Text, TelegramStyle Style = TelegramStyle.Plain);
