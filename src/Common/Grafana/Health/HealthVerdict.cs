namespace Athena.Common.Grafana.Health;

/// <summary>How Grafana looks from outside.</summary>
public enum HealthVerdict
{
    Up,

    /// <summary>Grafana answers and says that its database does not.</summary>
    DatabaseFailing,

    /// <summary>No answer, or none of Grafana's.</summary>
    NotAnswering,
}
