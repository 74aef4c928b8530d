using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Compliance.Telemetry;

namespace Athena.Compliance;

/// <summary>Who this daemon is.</summary>
internal static class Identity
{
    public static WorkerIdentity Worker { get; } = new(
        "grafana-compliance",
        "compliance",
        "Looks at Grafana's log each hour and reports the hours in which only administrators were active.");

    public static EventCatalogue Catalogue { get; } = new(ComplianceEvents.All);
}
