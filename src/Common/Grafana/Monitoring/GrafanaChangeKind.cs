namespace Athena.Common.Grafana.Monitoring;

/// <summary>What changed about Grafana.</summary>
public enum GrafanaChangeKind
{
    WentDown,
    DatabaseFails,
    BackUp,
    VersionChanged,
}
