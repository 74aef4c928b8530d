namespace Athena.Common.Grafana.Probes;

/// <summary>Whether Grafana writes the requests that went well (<c>[server] router_logging</c>, docs/grafana.md §1).</summary>
public enum RouterLogging
{
    /// <summary>The settings may not be read, and nothing in the log tells.</summary>
    Unknown,

    On,

    /// <summary>Status 200 and 304 are hidden: dashboards invisible, users roughly countable.</summary>
    Off,
}
