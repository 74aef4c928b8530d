namespace Athena.AutoDisable.Enforcement;

/// <summary>How those are met whom nobody knows: asked for ahead, found, locked.</summary>
internal sealed record Newcomers(LookAhead Ahead, Arrivals Arrivals, NewCases Cases);
