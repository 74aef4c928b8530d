namespace Athena.Common.State;

/// <summary>How a log of changes was found.</summary>
/// <param name="End">Up to where it is whole.</param>
/// <param name="Count">Changes in it.</param>
/// <param name="Damage">A clause about what is missing amid it; null when nothing is.</param>
internal sealed record StateLogReading(long End, long Count, string? Damage);
