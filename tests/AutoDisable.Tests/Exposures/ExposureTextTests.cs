using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.Tests.Exposures;

internal sealed class ExposureTextTests
{
    private static readonly Uri Grafana = new("http://127.0.0.1:3000/");

    [Test]
    public void Whoever_queried_data_did_so_whatever_page_the_client_claims_to_have_been_on(
        [Values("", "http://127.0.0.1:3000/d/x/y", "http://127.0.0.1:3000/explore", "nonsense")] string referer)
    {
        List<string> lines =
        [
            .. Enumerable.Range(1, 30).Select(i => Some.Line(method: "POST", path: "/api/ds/query", second: i, referer: referer)),
        ];
        lines.Add(Some.Line(path: "/api/datasources/proxy/uid/x/metrics", second: 31, referer: referer));
        lines.Add(Some.Line(path: "/api/datasources/proxy/uid/x/metrics", second: 32, referer: referer, status: 403));
        var exposure = Some.Exposure(lines);
        Assert.That(ExposureText.Plain(ExposureText.Summary(exposure)), Does.Contain("queried data 31 times"));
    }

    [TestCase(0, "0.00 s")]
    [TestCase(0.41, "0.41 s")]
    [TestCase(59.996, "0 min 59 s")]
    [TestCase(130, "2 min 10 s")]
    [TestCase(11100, "3 h 5 min")]
    public void Says_how_long(double seconds, string text) =>
        Assert.That(ExposureText.Time(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [Test]
    public void Names_dashboards_with_counts_and_those_only_on_screen()
    {
        string[] lines =
        [
            Some.Line(path: "/api/dashboards/uid/ward"), Some.Line(path: "/api/dashboards/uid/ward"),
            Some.Line(path: "/api/dashboards/uid/hl7"),
            Some.Line(method: "POST", path: "/api/ds/query", referer: "http://x/d/lab/l", address: "198.51.100.7"),
        ];
        Assert.That(Summary(Some.Exposure(lines), new() { ["ward"] = "Ward Occupancy" }), Is.EqualTo(
            "Inside for 2.00 s: 4 requests, dashboards Ward Occupancy (2 times), hl7 and lab (on screen), queried data once, from "
            + "203.0.113.9 and 198.51.100.7 (claimed)."));
    }

    [Test]
    public void Many_are_counted_after_the_first_ones() =>
        Assert.That(
            Summary(
                Some.Exposure(Enumerable.Range(1, 8).Select(i => Some.Line(path: $"/api/dashboards/uid/d{i}", address: $"10.0.0.{i}"))),
                []),
            Is.EqualTo(
                "Inside for 2.00 s: 8 requests, dashboards d1, d2, d3, d4, d5 and 3 more, from 10.0.0.1, 10.0.0.2, 10.0.0.3 and 5 more "
                + "(claimed)."));

    [Test]
    public void One_request_is_one_request() =>
        Assert.That(
            Summary(Some.Exposure([Some.Line()], Some.Facts() with { LockedAt = null }), []),
            Is.EqualTo("Not locked yet: 1 request, no dashboard, from 203.0.113.9 (claimed)."));

    [Test]
    public void Nothing_that_a_stranger_wrote_acts()
    {
        const string Markup = "<script>alert(1)</script>";
        string[] lines =
        [
            Some.Line(method: "POST", path: $"\"/api/folders/{Markup}\\u202e\\nhttps://evil.example\"", address: $"\"{Markup}\""),
            Some.Line(method: "POST", path: "\"/api/datasources/x'; rm -rf / #\""),
            Some.Line(method: "POST", path: "\"/api/orgs/1'; rm -rf / #/users\""),
            Some.Line(method: "POST", path: "\"/api/dashboards/uid/x'; rm -rf ~ #/public-dashboards\""),
            Some.Line(method: "POST", path: "\"/api/folders/x'; rm/permissions\""),
            Some.Line(path: $"\"/api/dashboards/uid/{Markup}\""),
            Some.Line(method: "POST", path: "/api/serviceaccounts/80/tokens"),
        ];
        var facts = Some.Facts() with { ServiceAccounts = [new(80, Markup, Markup, 1, "Admin", false)] };
        var exposure = Some.Exposure(lines, facts);
        var remedies = new RemedyText(Grafana).For(exposure);
        var html = ExposureText.Summary(Titled(exposure, new() { [Markup[..14]] = Markup })).Html
            + string.Concat(ExposureText.Details(exposure).Select(detail => detail.Html))
            + string.Concat(remedies.Select(remedy => remedy.What.Html));
        Assert.Multiple(() =>
        {
            Assert.That(html, Does.Not.Contain("<").And.Not.Contain("\u202E").And.Not.Contain("\n").And.Not.Contain("https://evil"));
            Assert.That(html, Does.Contain("&lt;script&gt;"), "but it is shown");
            Assert.That(remedies, Has.Count.EqualTo(5));
            foreach (var command in remedies.SelectMany(remedy => remedy.Commands))
                Assert.That(command.Line, Does.Match(
                    "^curl -u ADMIN( -X (DELETE|PATCH))? -H 'X-Grafana-Org-Id: 1' 'http://127.0.0.1:3000/api/[A-Za-z0-9/_?=-]*'$"));
        });
    }

    [TestCase("/api/snapshots", "made a snapshot", 2)]
    [TestCase("/api/org/invites", "invited somebody", 2)]
    [TestCase("/api/auth/keys", "made an API key", 2)]
    [TestCase("/api/serviceaccounts", "made or changed a service account", 2)]
    [TestCase("/api/datasources", "changed the administration", 1)]
    [TestCase("/api/reports", "changed the administration", 0)]
    public void Each_critical_thing_has_its_sentence(string path, string did, int commands)
    {
        var remedy = new RemedyText(Grafana)
            .For(Some.Exposure([Some.Line(method: "POST", path: path), Some.Line(method: "POST", path: path)])).Single();
        Assert.Multiple(() =>
        {
            Assert.That(remedy.What.Text.Replace("\u200B", "", StringComparison.Ordinal), Does.StartWith(
                $"They {did}: POST {path} in organisation 1, 2 times."));
            Assert.That(remedy.Commands, Has.Count.EqualTo(commands));
        });
    }

    [Test]
    public void What_ended_without_a_clear_answer_is_said_to_be_unclear()
    {
        var remedy = new RemedyText(Grafana).For(Some.Exposure([Some.Line(method: "POST", path: "/api/snapshots", status: 499)])).Single();
        Assert.That(remedy.What.Text, Does.StartWith("It is not clear whether they made a snapshot:"));
    }

    private static Exposure Titled(Exposure exposure, Dictionary<string, string> titles) =>
        exposure with { Dashboards = [.. exposure.Dashboards.Select(view => view with { Title = titles.GetValueOrDefault(view.Uid) })] };

    private static string Summary(Exposure exposure, Dictionary<string, string> titles) =>
        ExposureText.Summary(Titled(exposure, titles)).Text.Replace("\u200B", "", StringComparison.Ordinal);
}
