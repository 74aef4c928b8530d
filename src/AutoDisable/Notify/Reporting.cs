using Athena.AutoDisable.Telemetry;

namespace Athena.AutoDisable.Notify;

/// <summary>All ways by which the gate says what it did and what keeps it from its work.</summary>
internal sealed record Reporting(NotificationPlanner Planner, NotificationDispatcher Dispatcher, Troubles Troubles, EventRecorder Events);
