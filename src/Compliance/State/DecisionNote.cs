using Athena.Compliance.Policy;

namespace Athena.Compliance.State;

/// <summary>What is kept of a decision to tell whether it was made too early.</summary>
/// <param name="From">Where the window begins, or all those that are recorded as one.</param>
/// <param name="At">When it was made, by the clock of then.</param>
/// <param name="Outcome">Null: the window was not looked at, because by that clock it was too long ago.</param>
/// <param name="Before">So many decisions of the same window do not count.</param>
internal sealed record DecisionNote(DateTimeOffset From, DateTimeOffset At, Outcome? Outcome, int Before);
