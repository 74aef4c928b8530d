namespace Athena.Common.Grafana.Health;

/// <summary>What came back for a sight probe over HTTP.</summary>
public enum ProbeAnswer
{
    /// <summary>Nothing, or a fault of the server: says nothing about the log.</summary>
    None,

    /// <summary>Grafana sent us to its login page: this leaves a line whatever <c>router_logging</c> is (docs/grafana.md §6).</summary>
    LoginPage,

    /// <summary>Anonymous access is on, so we were shown the page; this leaves a line only with <c>router_logging</c>.</summary>
    Page,

    /// <summary>Something in front of Grafana answered in its place: says nothing about the log.</summary>
    Elsewhere,
}
