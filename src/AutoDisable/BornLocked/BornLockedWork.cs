namespace Athena.AutoDisable.BornLocked;

/// <summary>The look after the triggers in Grafana's database, and what they did to many at once.</summary>
internal sealed record BornLockedWork(BornLockedWatch Watch, Imports Imports);
