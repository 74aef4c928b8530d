namespace Athena.Sandbox.Telegram;

/// <summary>Text that is shown in one way.</summary>
/// <param name="Tag"><c>b</c>, <c>code</c> or <c>pre</c>; null for ordinary text.</param>
public sealed record MessagePiece(string Text, string? Tag = null);
