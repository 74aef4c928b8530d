using System.Net;
using Athena.Common.Telemetry.Metrics;
using Athena.Tests.Shared;

namespace Athena.Decisions.Tests;

/// <summary>What Prometheus gets at a port of its own.</summary>
internal sealed class MetricsSiteTests
{
    private TemporaryDirectory folder = null!;

    [SetUp]
    public void Make() => folder = new TemporaryDirectory();

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task It_gets_the_files_of_all_daemons_as_one_answer_that_promtool_takes()
    {
        Write("grafana-auto-disable", MetricTable.Inside, 2);
        Write("grafana-compliance", MetricTable.Well, 1);
        Write("grafana-active-users", MetricTable.Well, 0);
        await using var stage = await Stage.OpenAsync(metrics: folder.Path);
        using var answer = await AskAsync(stage, "/metrics");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(
                answer.Content.Headers.GetValues("Content-Type").Single(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
            Assert.That(text, Does.Contain("athena_lock_strangers_inside{tenant_id=\"default\",daemon=\"grafana-auto-disable\"} 2\n"));
            Assert.That(text, Does.Contain(
                "athena_daemon_well{tenant_id=\"default\",daemon=\"grafana-active-users\"} 0\n"
                + "athena_daemon_well{tenant_id=\"default\",daemon=\"grafana-compliance\"} 1\n"));
            foreach (var daemon in (string[])["grafana-auto-disable", "grafana-compliance", "grafana-active-users"])
            {
                Assert.That(text, Does.Contain($"athena_daemon_file_served{{tenant_id=\"default\",daemon=\"{daemon}\"}} 1\n"));
                Assert.That(text, Does.Match($"athena_daemon_file_age_seconds{{tenant_id=\"default\",daemon=\"{daemon}\"}} [0-9]"));
            }
        });
        if (Promtool.Path is not { } promtool) NotRun.Missing("promtool, of Debian's package prometheus");
        else Assert.That(Promtool.Run(promtool, text, "check", "metrics"), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task What_is_old_planted_or_not_as_we_write_it_is_left_out_and_said()
    {
        Write("grafana-compliance", MetricTable.Well, 1);
        File.SetLastWriteTimeUtc(PathOf("grafana-compliance"), DateTime.UtcNow.AddMinutes(-6));
        Write("grafana-active-users", MetricTable.Well, 1);
        await File.AppendAllTextAsync(PathOf("grafana-active-users"), "athena_daemon_well{daemon=\"grafana-compliance\"} 0\n");
        Write("planted", MetricTable.Well, 1);
        File.Move(PathOf("planted"), folder["secret"]);
        File.CreateSymbolicLink(PathOf("planted"), folder["secret"]);
        await using var stage = await Stage.OpenAsync(metrics: folder.Path);
        using var answer = await AskAsync(stage, "/metrics");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(
            text,
            Does.Not.Contain("athena_daemon_well").And.Not.Contain("planted")
                .And.Contain("athena_daemon_file_served{tenant_id=\"default\",daemon=\"grafana-active-users\"} 0\n")
                .And.Contain("athena_daemon_file_served{tenant_id=\"default\",daemon=\"grafana-compliance\"} 0\n")
                .And.Match("athena_daemon_file_age_seconds{tenant_id=\"default\",daemon=\"grafana-compliance\"} 3[67][0-9]"));
    }

    [Test]
    public async Task Nothing_else_is_there_and_no_metric_where_pages_are()
    {
        Write("grafana-compliance", MetricTable.Well, 1);
        await using var stage = await Stage.OpenAsync(metrics: folder.Path);
        stage.Desk.Pages[Some.Token] = Some.TakeBack;
        using var page = await stage.GetAsync(Some.Token);
        using var none = await stage.Client.GetAsync("metrics");
        using var other = await AskAsync(stage, $"/athena/decide/{Some.Token}");
        using var post = await AskAsync(stage, "/metrics", HttpMethod.Post);
        using var below = await AskAsync(stage, "/metrics/x");
        Assert.Multiple(() =>
        {
            Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(none.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(other.Content.Headers.ContentLength, Is.Zero);
            Assert.That(post.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
            Assert.That(post.Content.Headers.Allow, Is.EqualTo(new[] { "GET" }));
            Assert.That(below.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task Without_a_page_it_answers_all_the_same_and_an_empty_folder_is_no_fault()
    {
        await using var stage = await Stage.OpenAsync(hasDesk: false, metrics: folder["not-there"], hasPage: false);
        Assert.That(stage.Addresses, Has.Count.EqualTo(1));
        using var answer = await AskAsync(stage, "/metrics");
        Assert.That((answer.StatusCode, answer.Content.Headers.ContentLength), Is.EqualTo((HttpStatusCode.OK, 0L)));
    }

    private static Task<HttpResponseMessage> AskAsync(Stage stage, string path, HttpMethod? method = null) =>
        stage.Client.SendAsync(new HttpRequestMessage(method ?? HttpMethod.Get, stage.Addresses.Last() + path));

    private string PathOf(string daemon) => Path.Combine(folder[daemon], MetricFile.FileName);

    private void Write(string daemon, Metric metric, double value)
    {
        var book = new MetricBook(daemon);
        book.Set(metric, value);
        Directory.CreateDirectory(folder[daemon]);
        File.WriteAllText(PathOf(daemon), book.Write());
    }
}
