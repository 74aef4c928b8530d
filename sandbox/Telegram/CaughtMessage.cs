namespace Athena.Sandbox.Telegram;

/// <summary>A message as it came.</summary>
/// <param name="Number">Its <c>message_id</c>; 1 for the first since the start.</param>
/// <param name="Chat">As it was sent, a number or @name.</param>
/// <param name="Raw">The text with its markup.</param>
/// <param name="ParseMode"><c>HTML</c>, or null for plain text.</param>
/// <param name="Pieces">What is shown.</param>
public sealed record CaughtMessage(
    int Number, DateTimeOffset At, string Chat, long? Thread, bool IsSilent, string Raw, string? ParseMode,
    IReadOnlyList<MessagePiece> Pieces)
{
    /// <summary>Rows of buttons below it.</summary>
    public IReadOnlyList<IReadOnlyList<CaughtButton>> Buttons { get; init; } = [];

    /// <summary>How often it was changed.</summary>
    public int Changes { get; init; }

    /// <summary>The text without its markup: what Telegram counts.</summary>
    public string Text => string.Concat(Pieces.Select(p => p.Text));
}
