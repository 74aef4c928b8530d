namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>A message as rows, before it is markup. What does not fit into one message is left out at a row, never inside markup.</summary>
public sealed record TelegramText(IReadOnlyList<TelegramRow> Rows);
