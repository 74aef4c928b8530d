namespace Athena.Common.Daemon.Units;

/// <summary>A link that starts a unit at boot.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Target">As it is written in it.</param>
internal sealed record UnitLink(string Path, string Target);
