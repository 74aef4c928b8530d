namespace Athena.Common.Telemetry.Metrics;

/// <summary>A metric as <see cref="MetricTable"/> defines it: what Prometheus, docs/metrics.md and the alerts know it by.</summary>
/// <param name="Name">
/// <c>athena_COMPONENT_WHAT_UNIT</c>, or a name that Prometheus' own clients give; a counter ends in <c>_total</c>.
/// </param>
/// <param name="Help">One line; the same wherever the metric is written.</param>
/// <param name="Daemons">Who writes it, by the names of their units.</param>
public sealed record Metric(string Name, MetricKind Kind, string Help, IReadOnlyList<string> Daemons)
{
    /// <summary>
    /// Its own labels, beside <c>tenant_id</c> and <c>daemon</c>, which each has. None ever holds what a person is called.
    /// </summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Upper bounds of a histogram's buckets, rising, without the last one (+Inf); empty for other kinds.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];

    /// <summary>
    /// Its <c>tenant_id</c> is the number of an organisation of Grafana, <see cref="MetricBook.OtherTenants"/>, or -1 for users that are
    /// in none.
    /// </summary>
    public bool IsByTenant { get; init; }
}
