namespace Athena.Common.Grafana.Health;

/// <summary>One look at Grafana's health.</summary>
/// <param name="Version">Null when it was not told.</param>
/// <param name="Detail">A sentence for the sysadmin; empty when it is up.</param>
public sealed record HealthLook(DateTimeOffset At, HealthVerdict Verdict, string? Version, string Detail)
{
    /// <summary>The <c>Date</c> of Grafana's own answer, in whole seconds; a proxy may have written it. Null without one.</summary>
    public DateTimeOffset? ServerDate { get; init; }
}
