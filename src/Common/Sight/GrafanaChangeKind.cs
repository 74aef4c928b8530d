namespace Athena.Common.Sight;

/// <summary>What changed about Grafana.</summary>
public enum GrafanaChangeKind
{
    WentDown,
    DatabaseFails,
    BackUp,
    VersionChanged,
}
