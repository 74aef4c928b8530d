using System.Globalization;
using System.Text;
using Athena.Common.Telemetry.Metrics;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Telemetry.Metrics;

/// <summary>The table of the metrics, and the page that is made of it.</summary>
internal sealed class MetricTableTests
{
    private const string Page = "docs/metrics.md";
    private const string Begin = "<!-- From here on made of the code: UPDATE_SAMPLES=1 writes it anew. -->\n";

    private static readonly string[] Components =
        ["build", "daemon", "state", "audit", "notify", "grafana", "log", "lock", "compliance", "pulse"];

    [Test]
    public void Every_metric_that_is_defined_is_in_the_table_once()
    {
        var defined = typeof(MetricTable).GetProperties().Where(property => property.PropertyType == typeof(Metric))
            .Select(property => (Metric)property.GetValue(null)!).ToList();

        Assert.That(MetricTable.All, Is.EquivalentTo(defined));
        Assert.That(MetricTable.All.Select(metric => metric.Name), Is.Unique);
    }

    [Test]
    public void Names_helps_and_labels_are_as_Prometheus_and_the_house_want_them(
        [ValueSource(typeof(MetricTable), nameof(MetricTable.All))] Metric metric)
    {
        Assert.Multiple(() =>
        {
            Assert.That(metric.Name, Does.Match("^(athena|process)_[a-z]+(_[a-z0-9]+)*$"));
            Assert.That(metric.Name.Split('_'), Has.ItemAt(0).EqualTo("process").Or.ItemAt(1).AnyOf(Components));
            Assert.That(metric.Name.EndsWith("_total", StringComparison.Ordinal), Is.EqualTo(metric.Kind == MetricKind.Counter));
            Assert.That(metric.Help, Does.EndWith(".").And.Not.Contain("\n"));
            Assert.That(metric.Labels, Is.SubsetOf(new[] { "version", "channel", "status", "arrival", "decision", "kind", "outcome" }));
            Assert.That(metric.Buckets, Is.Ordered.Ascending);
            Assert.That(metric.Buckets.Count > 0, Is.EqualTo(metric.Kind == MetricKind.Histogram));
            Assert.That(metric.Daemons, Is.Not.Empty);
        });
    }

    [Test]
    public void The_page_tells_of_each_metric_what_the_code_says()
    {
        var path = Repository.PathOf(Page);
        var text = File.ReadAllText(path);
        var made = text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + Rows();
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1") File.WriteAllText(path, made);

        Assert.That(File.ReadAllText(path), Is.EqualTo(made), $"UPDATE_SAMPLES=1 writes {Page} anew");
    }

    [Test]
    public void Every_metric_passes_what_promtool_looks_at()
    {
        if (Promtool.Path is not { } promtool)
        {
            NotRun.Missing("promtool, of Debian's package prometheus");
            return;
        }

        var said = Promtool.Run(promtool, OneOfEach(), "check", "metrics");

        Assert.That((said.ExitCode, said.Text), Is.EqualTo((0, "")));
    }

    private static string OneOfEach()
    {
        var book = new MetricBook("grafana-active-users");
        foreach (var metric in MetricTable.All)
        {
            string[] labels = [.. metric.Labels.Select(_ => "word")];
            if (metric.IsByTenant) book.AddOf(17, metric, 0.5);
            else if (metric.Kind == MetricKind.Histogram) book.Observe(metric, 3, labels);
            else book.Set(metric, 1_764_000_000.25, labels);
        }

        return book.Write();
    }

    private static string Rows()
    {
        var text = new StringBuilder("\n| metric | kind | labels | written by | what it says |\n| --- | --- | --- | --- | --- |\n");
        foreach (var metric in MetricTable.All)
        {
            var own = metric.Labels.Concat(metric.IsByTenant ? ["tenant_id by organisation"] : []).ToList();
            var buckets = metric.Buckets.Count == 0
                ? ""
                : $" Buckets: {string.Join(", ", metric.Buckets.Select(bound => bound.ToString(CultureInfo.InvariantCulture)))}.";
            text.Append(CultureInfo.InvariantCulture,
                $"| `{metric.Name}` | {MetricText.Word(metric.Kind)} | {string.Join(", ", own)} | "
                + $"{(metric.Daemons.Count == 3 ? "each" : string.Join(", ", metric.Daemons))} | {metric.Help}{buckets} |\n");
        }

        return text.ToString();
    }
}
