namespace Athena.Common.Notify.Delivery;

/// <summary>What waits to be sent, for STATUS and <c>status</c>.</summary>
/// <param name="Waiting">Mails with at least one recipient who still waits.</param>
/// <param name="OldestSince">When the oldest of them was put in; null when none waits.</param>
/// <param name="LastProblem">What the latest failed attempt of a waiting mail said; null when none failed.</param>
/// <param name="Unwritten">Mails that are only in memory because the disk refused them: lost if the daemon ends now.</param>
public sealed record OutboxSummary(int Waiting, DateTimeOffset? OldestSince, string? LastProblem, int Unwritten);
