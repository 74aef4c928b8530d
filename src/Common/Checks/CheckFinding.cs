namespace Athena.Common.Checks;

/// <summary>One line of a <c>check</c>.</summary>
/// <param name="What">What was looked at and what was found.</param>
/// <param name="Remedy">What to do; null when there is nothing to do.</param>
/// <param name="Setting">The key that has to be set otherwise; null where it is something else that does not work.</param>
public sealed record CheckFinding(CheckOutcome Outcome, string What, string? Remedy = null, string? Setting = null);
