namespace Athena.Common.Sight;

/// <summary>One look at Grafana's health.</summary>
/// <param name="Version">Null when it was not told.</param>
/// <param name="Detail">A sentence for the sysadmin; empty when it is up.</param>
public sealed record HealthLook(DateTimeOffset At, HealthVerdict Verdict, string? Version, string Detail);
