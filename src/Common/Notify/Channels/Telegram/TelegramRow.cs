namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// One line of a message. Rows of a table that follow one another share one block of equally wide letters, so that columns hold.
/// </summary>
public sealed record TelegramRow(IReadOnlyList<TelegramSpan> Spans, bool IsTable = false);
