namespace Athena.DemoCheck;

/// <summary>A Telegram message as the sandbox shows it.</summary>
internal sealed record DemoMessage(int Number, string? Text);
