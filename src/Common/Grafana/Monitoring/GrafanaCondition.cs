using Athena.Common.Grafana.Health;

namespace Athena.Common.Grafana.Monitoring;

/// <summary>What is known of Grafana after looking at it for a while.</summary>
/// <param name="Announced">What was last announced; up when nothing was.</param>
/// <param name="TroubleSince">The first look of the present trouble, announced or not, of whatever kind; null while all is well.</param>
/// <param name="Pending">What the last look saw.</param>
/// <param name="PendingSince">The first look of an unbroken row that saw <paramref name="Pending"/>.</param>
/// <param name="Version">As last told; null before it was.</param>
public sealed record GrafanaCondition(
    HealthVerdict Announced, DateTimeOffset? TroubleSince, HealthVerdict Pending, DateTimeOffset? PendingSince, string? Version)
{
    /// <summary>Before the first look.</summary>
    public static GrafanaCondition Unknown { get; } = new(HealthVerdict.Up, null, HealthVerdict.Up, null, null);
}
