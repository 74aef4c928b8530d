namespace Athena.Common.State;

/// <summary>Takes one change out of the log of a state.</summary>
internal delegate void ChangeTaker(ReadOnlySpan<byte> change);
