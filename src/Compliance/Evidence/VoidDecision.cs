using Athena.Compliance.Policy;

namespace Athena.Compliance.Evidence;

/// <summary>
/// A decision that was made by a clock that was ahead, before its window was over: it is void, and the window is decided again.
/// </summary>
/// <param name="From">Where the window begins, or all those that were recorded as one; anything after that where it is not known.</param>
/// <param name="End">Of the window.</param>
/// <param name="At">When it was made, by that clock.</param>
/// <param name="Outcome">What may have been reported, and has to be taken back or replaced; null where nobody looked, or that is not
/// known.</param>
/// <param name="Number">The how manieth of this window it was: 1 for the first.</param>
internal sealed record VoidDecision(DateTimeOffset From, DateTimeOffset End, DateTimeOffset At, Outcome? Outcome, int Number);
