using Athena.ActiveUsers.Telemetry;
using Athena.Common.Settings;
using Athena.Common.Telemetry;

namespace Athena.ActiveUsers;

/// <summary>Who this daemon is.</summary>
internal static class Identity
{
    public static WorkerIdentity Worker { get; } = new(
        "grafana-active-users",
        "active-users",
        "Says every quarter of an hour in a Telegram chat who uses Grafana and how it is, and within two minutes when something is wrong.");

    public static EventCatalogue Catalogue => new(ActiveUsersEvents.All);
}
