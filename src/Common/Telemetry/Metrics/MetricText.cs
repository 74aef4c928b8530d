using System.Globalization;
using System.Text;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>
/// Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/): what its servers and node_exporter's
/// textfile collector read. Pure.
/// </summary>
internal static class MetricText
{
    /// <summary>The content of a file or an answer; each metric with its HELP and TYPE.</summary>
    public static string Write(IEnumerable<(Metric Metric, IReadOnlyList<MetricSeries> Series)> metrics)
    {
        var text = new StringBuilder();
        foreach (var (metric, all) in metrics)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {metric.Name} {Escaped(metric.Help)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {metric.Name} {Word(metric.Kind)}\n");
            foreach (var series in all)
                if (metric.Kind == MetricKind.Histogram) Histogram(text, metric, series);
                else Line(text, metric.Name, series.Labels, series.Value);
        }

        return text.ToString();
    }

    /// <summary>What stands between the braces: the tenant, the daemon, then the metric's own labels.</summary>
    public static string Labels(Metric metric, string tenant, string daemon, ReadOnlySpan<string> values)
    {
        var text = new StringBuilder();
        Label(text, "tenant_id", tenant);
        Label(text.Append(','), "daemon", daemon);
        for (var i = 0; i < values.Length; i++) Label(text.Append(','), metric.Labels[i], values[i]);
        return text.ToString();
    }

    /// <summary>The kind as TYPE names it.</summary>
    public static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        MetricKind.Histogram => "histogram",
    };

    /// <summary>A number as Go writes and reads it.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ when double.IsNaN(value) => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static void Histogram(StringBuilder text, Metric metric, MetricSeries series)
    {
        foreach (var (bound, count) in metric.Buckets.Zip(series.Cumulated))
            Line(text, metric.Name + "_bucket", $"{series.Labels},le=\"{Number(bound)}\"", count);
        Line(text, metric.Name + "_bucket", series.Labels + ",le=\"+Inf\"", series.Count);
        Line(text, metric.Name + "_sum", series.Labels, series.Value);
        Line(text, metric.Name + "_count", series.Labels, series.Count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {Number(value)}\n");

    private static void Label(StringBuilder text, string name, string value) =>
        text.Append(name).Append("=\"").Append(Escaped(value).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');

    private static string Escaped(string value) =>
        value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
}
