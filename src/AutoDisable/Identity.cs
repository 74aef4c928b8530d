using Athena.AutoDisable.Telemetry;
using Athena.Common.Settings;
using Athena.Common.Telemetry;

namespace Athena.AutoDisable;

/// <summary>Who this daemon is.</summary>
internal static class Identity
{
    public static WorkerIdentity Worker { get; } = new(
        "grafana-auto-disable",
        "auto-disable",
        "Disables every new Grafana account within moments and asks the admins by mail whether to let it in.");

    public static EventCatalogue Catalogue { get; } = new(AutoDisableEvents.All);
}
