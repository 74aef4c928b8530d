namespace Athena.Common.Grafana.Monitoring;

/// <summary>A change that is worth telling, once.</summary>
/// <param name="At">The look that showed it.</param>
/// <param name="Since">Begin of the trouble, as far as it was seen; of <see cref="GrafanaChangeKind.VersionChanged"/>, the look
/// itself.</param>
/// <param name="Before">Version before; null unless it changed.</param>
/// <param name="Detail">A sentence for the sysadmin; empty when all is well.</param>
public sealed record GrafanaChange(
    GrafanaChangeKind Kind, DateTimeOffset At, DateTimeOffset Since, string? Version, string? Before, string Detail)
{
    /// <summary>How long the trouble lasted; never negative, also when the clock was set back.</summary>
    public TimeSpan Duration => At > Since ? At - Since : TimeSpan.Zero;
}
