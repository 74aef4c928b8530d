namespace Athena.DemoCheck;

/// <summary>A mail as the page shows it.</summary>
internal sealed record DemoMail(int Number, IReadOnlyList<string> To, string Subject, string MessageId, string? Text, string? Html);
