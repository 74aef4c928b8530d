using Athena.Common.Grafana.Database;

namespace Athena.AutoDisable.BornLocked;

/// <summary>What one visit to Grafana's database brought.</summary>
/// <param name="Status">Null when the triggers were not looked at.</param>
/// <param name="Marks">Of the accounts that were asked for; null when they could not be read.</param>
/// <param name="Asked">For whose marks was asked.</param>
/// <param name="Held">All who are held; null when they were not asked for or could not be read.</param>
internal sealed record BornLockedReading(
    BornLockedStatus? Status, IReadOnlyList<BornMark>? Marks, IReadOnlyList<long> Asked, IReadOnlyList<HeldAccount>? Held);
