using Athena.Common.Grafana.Monitoring;

namespace Athena.ActiveUsers.Policy;

/// <summary>What is wrong, and what seems to be after one look. Part of the state, so that a restart tells nothing twice.</summary>
internal sealed class AlertBook
{
    public List<OpenAlert> Open { get; set; } = [];

    /// <summary>What one check has met and the next one has to confirm: when it was first seen.</summary>
    public Dictionary<AlertKind, DateTimeOffset> Suspected { get; set; } = [];

    /// <summary>How Grafana is, after the looks at its health.</summary>
    public GrafanaCondition Grafana { get; set; } = GrafanaCondition.Unknown;

    /// <summary>Up to when failures of Grafana's database in its log are part of an alert that was said; null when none was.</summary>
    public DateTimeOffset? DatabaseToldTo { get; set; }

    public OpenAlert? Find(AlertKind kind) => Open.Find(alert => alert.Kind == kind);
}
