using Athena.Common.Telemetry.Metrics;

namespace Athena.Common.Tests.Telemetry.Metrics;

/// <summary>What is counted, as Prometheus reads it.</summary>
internal sealed class MetricBookTests
{
    private const string Daemon = "grafana-auto-disable";

    [Test]
    public void A_page_is_written_as_the_format_says()
    {
        var book = new MetricBook(Daemon);
        book.Add(MetricTable.Decisions, 2, "approved");
        book.Add(MetricTable.Decisions, 1, "rejected");
        book.Add(MetricTable.Decisions, 1, "approved");
        book.Set(MetricTable.LogLag, 0.25);
        book.Set(MetricTable.LogLag, 1e-7);

        Assert.That(book.Write(), Is.EqualTo(
            $"""
             # HELP athena_lock_decisions_total {MetricTable.Decisions.Help}
             # TYPE athena_lock_decisions_total counter
             {Line("athena_lock_decisions_total", ",decision=\"approved\"", "3")}
             {Line("athena_lock_decisions_total", ",decision=\"rejected\"", "1")}
             # HELP athena_log_lag_seconds {MetricTable.LogLag.Help}
             # TYPE athena_log_lag_seconds gauge
             {Line("athena_log_lag_seconds", "", "1E-07")}

             """));
    }

    [Test]
    public void A_histogram_counts_each_value_in_every_bucket_that_holds_it()
    {
        var book = new MetricBook(Daemon);
        foreach (var seconds in (double[])[0.005, 0.01, 0.03, 61]) book.Observe(MetricTable.TimeToLock, seconds);

        var lines = book.Write().Split('\n');

        Assert.Multiple(() =>
        {
            Assert.That(
                lines, Has.Member(Line("athena_lock_time_to_lock_seconds_bucket", ",le=\"0.01\"", "2")), "the bound itself is in it");
            Assert.That(lines, Has.Member(Line("athena_lock_time_to_lock_seconds_bucket", ",le=\"0.025\"", "2")));
            Assert.That(lines, Has.Member(Line("athena_lock_time_to_lock_seconds_bucket", ",le=\"0.05\"", "3")));
            Assert.That(lines, Has.Member(Line("athena_lock_time_to_lock_seconds_bucket", ",le=\"60\"", "3")));
            Assert.That(lines, Has.Member(Line("athena_lock_time_to_lock_seconds_bucket", ",le=\"+Inf\"", "4")));
            Assert.That(lines, Has.Member(Line("athena_lock_time_to_lock_seconds_sum", "", "61.045")));
            Assert.That(lines, Has.Member(Line("athena_lock_time_to_lock_seconds_count", "", "4")));
        });
    }

    [Test]
    public void A_label_is_escaped_whatever_it_holds()
    {
        var book = new MetricBook(Daemon, "a\"} 1\nevil{\\");
        book.Set(MetricTable.Well, 1);

        Assert.That(
            book.Write().Split('\n')[2],
            Is.EqualTo("athena_daemon_well{tenant_id=\"a\\\"} 1\\nevil{\\\\\",daemon=\"grafana-auto-disable\"} 1"));
    }

    [Test]
    public void The_first_organisations_have_series_of_their_own_and_the_others_one_together()
    {
        var book = new MetricBook("grafana-active-users");
        for (var organisation = 1; organisation <= 70; organisation++)
        {
            book.AddOf(organisation, MetricTable.Requests, 10);
            book.AddOf(organisation, MetricTable.Requests, 1);
        }

        book.SetCounts(MetricTable.ActivePeople, [.. Enumerable.Range(1, 70).Select(id => KeyValuePair.Create((long)id, 2.0))]);
        book.SetShares(
            MetricTable.ErrorShare,
            [.. Enumerable.Range(1, 70).Select(id => ((long)id, id > 64 ? 1.0 : 0, id == 70 ? 5.0 : 1))]);

        var text = book.Write();
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("athena_pulse_requests_total{tenant_id=\"64\",daemon=\"grafana-active-users\"} 11\n"));
            Assert.That(text, Does.Contain("athena_pulse_requests_total{tenant_id=\"other\",daemon=\"grafana-active-users\"} 66\n"));
            Assert.That(text, Does.Contain("athena_pulse_active_users{tenant_id=\"other\",daemon=\"grafana-active-users\"} 12\n"));
            Assert.That(text, Does.Contain("athena_pulse_error_ratio{tenant_id=\"other\",daemon=\"grafana-active-users\"} 0.6\n"));
            Assert.That(text.Split('\n').Count(line => line.StartsWith("athena_pulse_requests_total{", StringComparison.Ordinal)),
                Is.EqualTo(MetricBook.MostTenants + 1));
        });
    }

    [Test]
    public void An_organisation_where_nobody_works_any_more_has_no_users()
    {
        var book = new MetricBook("grafana-active-users");
        book.SetCounts(MetricTable.ActivePeople, [KeyValuePair.Create(1L, 3.0), KeyValuePair.Create(2L, 4.0)]);
        book.SetCounts(MetricTable.ActivePeople, [KeyValuePair.Create(2L, 1.0)]);

        Assert.That(book.Write().Split('\n').Where(line => line.StartsWith("athena_", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "athena_pulse_active_users{tenant_id=\"2\",daemon=\"grafana-active-users\"} 1",
        }));
    }

    [Test]
    public void A_metric_is_not_written_with_other_labels_than_it_has() =>
        Assert.Throws<ArgumentException>(() => new MetricBook(Daemon).Add(MetricTable.Decisions, 1));

    [Test]
    public async Task Counts_of_several_threads_are_all_there()
    {
        var book = new MetricBook(Daemon);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++) book.Add(MetricTable.BornLocked, 1);
            book.Write();
        })));

        Assert.That(book.Write(), Does.Contain("} 8000\n"));
    }

    private static string Line(string name, string labels, string value) =>
        $"{name}{{tenant_id=\"default\",daemon=\"{Daemon}\"{labels}}} {value}";
}
