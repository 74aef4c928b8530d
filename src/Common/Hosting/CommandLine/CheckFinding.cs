namespace Athena.Common.Hosting;

/// <summary>One line of a <c>check</c>.</summary>
/// <param name="What">What was looked at and what was found.</param>
/// <param name="Remedy">What to do; null when there is nothing to do.</param>
public sealed record CheckFinding(CheckOutcome Outcome, string What, string? Remedy = null);
