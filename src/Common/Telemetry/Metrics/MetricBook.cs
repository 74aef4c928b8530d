using System.Globalization;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>
/// What a daemon has counted and measured. Taking a number down is a look-up in memory, so that whoever guards may do it at once; when it
/// becomes a file is <see cref="MetricWriter"/>'s affair. Thread-safe.
/// </summary>
/// <param name="daemon">The name of the unit: the label <c>daemon</c>.</param>
/// <param name="tenant">The site's own <c>TENANT_ID</c>; empty where there is one tenant only.</param>
public sealed class MetricBook(string daemon, string tenant = "")
{
    /// <summary>So many organisations have series of their own; what the others do is summed as <see cref="OtherTenants"/>.</summary>
    public const int MostTenants = 64;

    /// <summary>The label <c>tenant_id</c> of what is nobody's in particular.</summary>
    public const string DefaultTenant = "default";

    /// <summary>The label <c>tenant_id</c> of all organisations beyond the first <see cref="MostTenants"/>.</summary>
    public const string OtherTenants = "other";

    private readonly Lock gate = new();
    private readonly string common = tenant.Length == 0 ? DefaultTenant : tenant;
    private readonly Dictionary<Metric, Dictionary<string, MetricSeries>> series = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<long> tenants = [];

    /// <summary>
    /// Lets counters and histograms without labels of their own begin at 0: of what was never there Prometheus sees no rise.
    /// </summary>
    public void Begin(params ReadOnlySpan<Metric> metrics)
    {
        foreach (var metric in metrics) Add(metric, 0);
    }

    /// <summary>Adds to a counter.</summary>
    /// <param name="labels">A value for each of the metric's own labels, in their order.</param>
    public void Add(Metric metric, double by, params ReadOnlySpan<string> labels)
    {
        lock (gate) Find(metric, common, labels).Value += by;
    }

    /// <inheritdoc cref="Add"/>
    /// <summary>Adds to a counter of an organisation.</summary>
    public void AddOf(long organisation, Metric metric, double by)
    {
        lock (gate) Find(metric, TenantOf(organisation), []).Value += by;
    }

    /// <summary>Says how a gauge is now; also of a counter that something else keeps.</summary>
    /// <inheritdoc cref="Add"/>
    public void Set(Metric metric, double value, params ReadOnlySpan<string> labels)
    {
        lock (gate) Find(metric, common, labels).Value = value;
    }

    /// <summary>
    /// Says how a gauge is now for each organisation, as a part of a whole; organisations that are not named have none any more.
    /// </summary>
    /// <param name="shares">By the organisation's number. Beyond <see cref="MostTenants"/> the parts and the wholes are summed.</param>
    public void SetShares(Metric metric, IEnumerable<(long Organisation, double Part, double Whole)> shares)
    {
        lock (gate)
        {
            series.Remove(metric);
            foreach (var tenant in shares.Where(share => share.Whole > 0).GroupBy(share => TenantOf(share.Organisation)))
                Find(metric, tenant.Key, []).Value = tenant.Sum(share => share.Part) / tenant.Sum(share => share.Whole);
        }
    }

    /// <summary>Says how many there are now in each organisation; organisations that are not named have none any more.</summary>
    /// <param name="counts">By the organisation's number. Beyond <see cref="MostTenants"/> they are summed.</param>
    public void SetCounts(Metric metric, IEnumerable<KeyValuePair<long, double>> counts)
    {
        lock (gate)
        {
            series.Remove(metric);
            foreach (var (organisation, count) in counts) Find(metric, TenantOf(organisation), []).Value += count;
        }
    }

    /// <summary>Takes a value into a histogram.</summary>
    /// <inheritdoc cref="Add"/>
    public void Observe(Metric metric, double value, params ReadOnlySpan<string> labels) => ObserveMany(metric, value, 1, labels);

    /// <summary>Takes a value that was met so often.</summary>
    /// <inheritdoc cref="Add"/>
    public void ObserveMany(Metric metric, double value, long count, params ReadOnlySpan<string> labels)
    {
        lock (gate) Find(metric, common, labels).Observe(metric.Buckets, value, count);
    }

    /// <summary>Forgets a gauge, because nothing is known of it.</summary>
    public void Clear(Metric metric)
    {
        lock (gate) series.Remove(metric);
    }

    /// <summary>All of it as Prometheus' text format 0.0.4, metrics and series in the order of their names.</summary>
    public string Write()
    {
        List<(Metric Metric, List<MetricSeries> Series)> copy;
        lock (gate)
        {
            copy =
            [
                .. series.OrderBy(one => one.Key.Name, StringComparer.Ordinal).Select(one => (
                    one.Key, one.Value.OrderBy(labelled => labelled.Key, StringComparer.Ordinal).Select(labelled => labelled.Value.Copy())
                        .ToList())),
            ];
        }

        return MetricText.Write(copy.Select(one => (one.Metric, (IReadOnlyList<MetricSeries>)one.Series)));
    }

    private string TenantOf(long organisation)
    {
        if (tenants.Count < MostTenants) tenants.Add(organisation);
        return tenants.Contains(organisation) ? organisation.ToString(CultureInfo.InvariantCulture) : OtherTenants;
    }

    private MetricSeries Find(Metric metric, string tenantId, ReadOnlySpan<string> values)
    {
        if (values.Length != metric.Labels.Count)
            throw new ArgumentException($"{metric.Name} has {metric.Labels.Count} labels of its own, not {values.Length}.", nameof(values));
        if (!series.TryGetValue(metric, out var all)) series[metric] = all = new Dictionary<string, MetricSeries>(StringComparer.Ordinal);
        var labels = MetricText.Labels(metric, tenantId, daemon, values);
        if (!all.TryGetValue(labels, out var found)) all[labels] = found = new MetricSeries(labels, metric.Buckets.Count);
        return found;
    }
}
