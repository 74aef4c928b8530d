namespace Athena.Common.Telemetry.Metrics;

/// <summary>The kinds of Prometheus' text format.</summary>
public enum MetricKind
{
    /// <summary>Only rises, from 0 at the start of the process.</summary>
    Counter,

    /// <summary>How it is now.</summary>
    Gauge,

    /// <summary>How often a value was at most so large, for each bucket, from 0 at the start of the process.</summary>
    Histogram,
}
