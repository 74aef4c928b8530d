using Athena.Common.Grafana.Usage;
using Athena.Common.Tests.GrafanaLog;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>Who came and went, and what they wrote, by lines as Grafana writes them and by those that were recorded.</summary>
public sealed class AccessCounterTests
{
    private static readonly ActivityCounterOptions Kept = new() { IsAccessKept = true };

    [Test]
    public void Nothing_is_kept_where_nobody_asked_for_it() => Assert.That(Counted.Text(Line.Request()).Access, Is.Null);

    /// <summary>Of the recorded day; the browser signed in at these times, by its own account (truth.jsonl).</summary>
    [Test]
    public void The_recorded_day_tells_who_signed_in_and_out_and_what_they_wrote()
    {
        var access = Counted.Lines(RecordedLogs.Day.SelectMany(RecordedLogs.Lines), Kept).Access!;
        Assert.That(
            access.Passages,
            Is.EqualTo(new[] { new AccessPassages(1, 1, 3, 1), new AccessPassages(2, 1, 2, 1), new AccessPassages(60, 1, 1, 1) }),
            "admin, naledi, palesa");
        Assert.That(access.Refused.Keys, Is.EqualTo(new[] { "127.0.0.1" }));
        Assert.That(
            access.Writes.Select(write => (write.Id, write.Method, write.Path)), Has.Some.EqualTo((1L, "POST", "/api/dashboards/db")));
        Assert.That(
            access.Writes.Select(write => write.Path),
            Has.None.Contains("/api/ds/query").And.None.Contains("frontend-metrics").And.None.Contains("auth-tokens/rotate")
                .And.None.Contains("evaluate/flags"));
        Assert.That(access.Writes.Select(write => write.At), Is.Ordered);
    }

    [TestCase("POST", "/api/datasources", 200, true)]
    [TestCase("PUT", "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/hl7", 200, true)]
    [TestCase("DELETE", "/api/v1/provisioning/alert-rules/x", 204, true)]
    [TestCase("POST", "/api/something-of-a-later-grafana", 201, true)]
    [TestCase("POST", "/api/datasources", 403, false, TestName = "What_Grafana_refused_changed_nothing")]
    [TestCase("GET", "/api/datasources", 200, false)]
    [TestCase("POST", "/api/ds/query", 200, false)]
    [TestCase("POST", "/api/datasources/proxy/uid/prom/api/v1/query_range", 200, false)]
    [TestCase("POST", "/api/datasources/uid/prom/resources/labels", 200, false)]
    [TestCase("POST", "/api/user/auth-tokens/rotate", 200, false)]
    [TestCase("POST", "/api/frontend-metrics", 200, false)]
    public void What_writes_is_kept_and_what_asks_is_not(string method, string path, int status, bool isKept) => Assert.That(
        Counted.Text(Line.Request(method: method, path: path, status: status), Kept).Access!.Writes.Select(write => write.Path),
        Is.EqualTo(isKept ? [path] : Array.Empty<string>()));

    [Test]
    public void A_page_that_was_come_to_from_elsewhere_is_no_sign_in()
    {
        var access = Counted.Text(
            Line.Request(path: "/", referer: "https://grafana.example.net/d/x?from=/login")
                + Line.Request(path: "/", referer: "https://grafana.example.net/login?redirectTo=%2Fd%2Fx", time: "06:00:01"),
            Kept).Access!;
        Assert.That(access.Passages, Is.EqualTo(new[] { new AccessPassages(2, 1, 1, 0) }));
    }

    [Test]
    public void A_path_is_kept_only_so_far()
    {
        var access = Counted.Text(Line.Request(method: "POST", path: "/api/folders/" + new string('x', 5_000)), Kept).Access!;
        Assert.That(access.Writes.Single().Path, Has.Length.EqualTo(301).And.StartsWith("/api/folders/xxx").And.EndsWith("x…"));
    }

    [Test]
    public void Beyond_its_bound_it_says_that_more_was_done()
    {
        var lines = Enumerable.Range(0, ActivityBounds.Access + 1).Select(i => Line.Request(method: "POST", path: $"/api/folders/{i}"));
        var access = Counted.Text(string.Concat(lines), Kept).Access!;
        Assert.That((access.Writes.Count, access.IsCut), Is.EqualTo((ActivityBounds.Access, true)));
    }
}
