using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Decisions.Telemetry;

namespace Athena.Decisions;

/// <summary>Who this program is.</summary>
internal static class Identity
{
    public static WorkerIdentity Worker { get; } = new(
        "athena-workers-decisions",
        "decisions",
        "Shows the page behind a link of an approval mail, and hands what is decided there to grafana-auto-disable.");

    public static EventCatalogue Catalogue => new(DecisionsEvents.All);
}
