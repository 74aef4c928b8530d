using System.Net;
using System.Text;

namespace Athena.Sandbox.Tests;

/// <summary>Whoever is not signed in, with and without anonymous access, as the logs of both were recorded.</summary>
internal sealed class VisitorTests
{
    [TestCase("GET", "/dashboards", 200, 302)]
    [TestCase("GET", "/d/any/thing", 200, 302)]
    [TestCase("GET", "/login", 200, 200)]
    [TestCase("GET", "/core:plugin/some.js", 404, 302)]
    [TestCase("POST", "/api/ds/query", 200, 401)]
    [TestCase("GET", "/api/annotations", 200, 401)]
    [TestCase("GET", "/api/search", 200, 401)]
    [TestCase("GET", "/api/search/sorting", 200, 401)]
    [TestCase("POST", "/api/frontend-metrics", 200, 200)]
    [TestCase("GET", "/api/user", 401, 401)]
    [TestCase("GET", "/api/user/orgs", 401, 401)]
    [TestCase("GET", "/api/users", 403, 401)]
    [TestCase("POST", "/api/annotations", 403, 401)]
    [TestCase("POST", "/api/admin/users/1/disable", 403, 401)]
    public async Task A_visitor_is_answered_and_logged_under_nobodys_id(string method, string path, int with, int without)
    {
        foreach (var (isOn, status, org) in new[] { (true, with, 1), (false, without, 0) })
        {
            await using var lines = new MemoryStream();
            await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { AnonymousAccess = isOn, Output = lines });
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(grafana.Url, path));
            if (method == "POST") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request);
            Assert.Multiple(() =>
            {
                Assert.That((int)answer.StatusCode, Is.EqualTo(status));
                Assert.That(answer.Headers.Date, Is.Not.Null);
                Assert.That(Encoding.UTF8.GetString(lines.ToArray()), Does.Contain($"userId=0 orgId={org} uname= ")
                    .And.Contain($"path={path} status={status}"));
            });
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_public_dashboard_is_shown_to_everybody_who_has_its_token(bool isAnonymousAccessOn)
    {
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { AnonymousAccess = isAnonymousAccessOn });
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = grafana.Url };
        grafana.Database.SaveDashboard(new System.Text.Json.Nodes.JsonObject { ["uid"] = "shown", ["title"] = "Shown" });
        using var share = new HttpRequestMessage(HttpMethod.Post, "/api/dashboards/uid/shown/public-dashboards");
        share.Headers.Authorization = new("Basic", Convert.ToBase64String("admin:admin"u8));
        share.Content = new StringContent("""{"isEnabled":true}""", Encoding.UTF8, "application/json");
        using var shared = await http.SendAsync(share);
        var token = System.Text.Json.JsonDocument.Parse(await shared.Content.ReadAsStringAsync())
            .RootElement.GetProperty("accessToken").GetString();
        var statuses = new List<HttpStatusCode>();
        foreach (var (method, path) in new[]
        {
            ("GET", $"/public-dashboards/{token}"), ("GET", $"/api/public/dashboards/{token}"),
            ("GET", $"/api/public/dashboards/{token}/annotations"),
            ("POST", $"/api/public/dashboards/{token}/panels/1/query"), ("GET", "/api/public/dashboards/none/annotations"),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var answer = await http.SendAsync(request);
            statuses.Add(answer.StatusCode);
        }

        Assert.That(statuses, Is.EqualTo(
            new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound }));
    }
}
