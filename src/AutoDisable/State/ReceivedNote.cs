namespace Athena.AutoDisable.State;

/// <summary>Somebody was written to that their request was received.</summary>
/// <param name="Address">A hash of the address.</param>
/// <param name="At">When.</param>
internal sealed record ReceivedNote(string Address, DateTimeOffset At);
