namespace Athena.ActiveUsers.Policy;

/// <summary>A change of state that people are told of, once.</summary>
/// <param name="Alert">What began, or what is over.</param>
/// <param name="OverAt">When it was over; null when it began.</param>
internal sealed record AlertChange(OpenAlert Alert, DateTimeOffset? OverAt);
