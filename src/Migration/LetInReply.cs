namespace Athena.Migration;

/// <summary>Whom a daemon let in.</summary>
/// <param name="Problem">Why that cannot be told; null when it can.</param>
public sealed record LetInReply(IReadOnlyList<LetIn> People, string? Problem = null);
