namespace Athena.ActiveUsers.Pulses;

/// <summary>How Grafana was at its last answer.</summary>
/// <param name="IsUp">Null when it was not asked.</param>
/// <param name="Version">Null when it did not say.</param>
/// <param name="IsDatabaseOk">Null when it did not say.</param>
internal sealed record PulseHealth(bool? IsUp, string? Version, bool? IsDatabaseOk)
{
    public static PulseHealth NotAsked { get; } = new(null, null, null);
}
