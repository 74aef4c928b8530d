using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Common.Grafana.Usage;

/// <summary>What the log told about a window, and how much of the window it told about.</summary>
public sealed record WindowReading(Activity Activity, Coverage Coverage);
