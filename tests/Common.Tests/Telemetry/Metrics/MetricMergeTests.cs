using Athena.Common.Telemetry.Metrics;

namespace Athena.Common.Tests.Telemetry.Metrics;

/// <summary>Files of several daemons as one answer.</summary>
internal sealed class MetricMergeTests
{
    private const string Good =
        "# HELP athena_x_total What it says.\n# TYPE athena_x_total counter\nathena_x_total{tenant_id=\"default\",daemon=\"one\"} 4\n";

    [Test]
    public void All_of_a_metric_stands_together_below_one_HELP()
    {
        var merge = new MetricMerge();
        Assert.That(merge.TryAdd("one", Good + Histogram("one")), Is.True);
        Assert.That(merge.TryAdd("two", Histogram("two") + Good.Replace("one", "two", StringComparison.Ordinal)), Is.True);
        Assert.That(merge.Write(), Is.EqualTo(
            "# HELP athena_h_seconds H.\n# TYPE athena_h_seconds histogram\n" + Samples("one") + Samples("two")
            + Good + "athena_x_total{tenant_id=\"default\",daemon=\"two\"} 4\n"));
    }

    [Test]
    public void What_our_own_programs_write_is_taken_whole()
    {
        var merge = new MetricMerge();
        foreach (var daemon in (string[])["grafana-auto-disable", "grafana-compliance"])
        {
            var book = new MetricBook(daemon, "st. \"Mary\"\\\n,daemon=\"other\"");
            foreach (var metric in MetricTable.All)
            {
                string[] labels = [.. metric.Labels.Select(_ => "\"}\n1")];
                if (metric.IsByTenant) book.AddOf(17, metric, 0.5);
                else if (metric.Kind == MetricKind.Histogram) book.Observe(metric, 3e-7, labels);
                else book.Set(metric, 1_764_000_000.25, labels);
            }

            Assert.That(merge.TryAdd(daemon, book.Write()), Is.True, daemon);
        }

        Assert.That(merge.Write().Split('\n').Count(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)),
            Is.EqualTo(MetricTable.All.Count));
    }

    [TestCase("athena_x_total{tenant_id=\"default\",daemon=\"two\"} 4\n", TestName = "of_another_daemon")]
    [TestCase("athena_x_total{tenant_id=\"\\\",daemon=\\\"one\\\"\",daemon=\"two\"} 4\n", TestName = "of_another_that_hides_it")]
    [TestCase("athena_y_total{tenant_id=\"default\",daemon=\"one\"} 4\n", TestName = "of_another_metric")]
    [TestCase("athena_x_total{tenant_id=\"default\",daemon=\"one\"} 4 1764000000\n", TestName = "with_a_time")]
    [TestCase("athena_x_total{tenant_id=\"default\",daemon=\"one\"} four\n", TestName = "no_number")]
    [TestCase("athena_x_total 4\n", TestName = "nobodys")]
    [TestCase("\n", TestName = "nothing")]
    [TestCase("athena_x_total{tenant_id=\"default\",daemon=\"one\"} 4", TestName = "cut_off")]
    [TestCase("# HELP node_load1 Of the machine.\n# TYPE node_load1 gauge\n", TestName = "nobody_of_ours")]
    [TestCase("# HELP athena_z Z.\n", TestName = "no_kind")]
    [TestCase("# HELP athena_x_total Again.\n# TYPE athena_x_total counter\n", TestName = "twice")]
    public void What_is_not_as_we_write_it_is_left_out_as_a_whole(string more)
    {
        var merge = new MetricMerge();
        Assert.That(merge.TryAdd("one", Good + more), Is.False);
        Assert.That(merge.Write(), Is.Empty);
    }

    [Test]
    public void Another_kind_of_the_same_metric_is_left_out()
    {
        var merge = new MetricMerge();
        Assert.That(merge.TryAdd("one", Good), Is.True);
        Assert.That(
            merge.TryAdd("two", Good.Replace("one", "two", StringComparison.Ordinal).Replace("counter", "gauge", StringComparison.Ordinal)),
            Is.False);
        Assert.That(merge.Write(), Is.EqualTo(Good));
    }

    private static string Histogram(string daemon) =>
        "# HELP athena_h_seconds H.\n# TYPE athena_h_seconds histogram\n" + Samples(daemon);

    private static string Samples(string daemon) => string.Concat(((string[])["_bucket{", "_sum{", "_count{"]).Select(end =>
        $"athena_h_seconds{end}tenant_id=\"default\",daemon=\"{daemon}\"{(end == "_bucket{" ? ",le=\"+Inf\"" : "")}}} 1\n"));
}
