using Athena.Common.Grafana.Api;

namespace Athena.Common.Tests.Grafana.Api;

public sealed class GrafanaClientOptionsTests
{
    private static readonly GrafanaClientOptions Good = new()
    {
        Url = "https://grafana.example.org/grafana",
        Daemon = "auto-disable",
        User = "athena",
        Password = "s3cret-word",
    };

    [TestCase("http://localhost:3000")]
    [TestCase("http://127.0.0.1:3000/grafana")]
    [TestCase("http://127.8.9.1:3000")]
    [TestCase("http://[::1]:3000")]
    [TestCase("https://grafana.example.org")]
    public void Accepts(string url) => Assert.That((Good with { Url = url }).Problems(), Is.Empty);

    [TestCase("http://grafana.example.org", "GRAFANA_ALLOW_HTTP")]
    [TestCase("http://10.0.0.5:3000", "GRAFANA_ALLOW_HTTP")]
    [TestCase("http://localhost.example.org", "GRAFANA_ALLOW_HTTP")]
    [TestCase("http://127.0.0.1.example.org", "GRAFANA_ALLOW_HTTP")]
    [TestCase("grafana.example.org", "GRAFANA_URL")]
    [TestCase("localhost:3000", "GRAFANA_URL")]
    [TestCase("ftp://grafana.example.org", "GRAFANA_URL")]
    [TestCase("https://", "GRAFANA_URL")]
    [TestCase("", "GRAFANA_URL")]
    [TestCase("https://admin:s3cret-word@grafana.example.org", "GRAFANA_URL")]
    [TestCase("https://grafana.example.org/?orgId=1", "GRAFANA_URL")]
    public void Refuses_an_address_and_names_the_setting(string url, string key)
    {
        var problems = (Good with { Url = url }).Problems();
        Assert.That(problems, Has.Count.EqualTo(1));
        Assert.That(problems[0], Does.Contain(key).And.Not.Contain("s3cret-word"));
    }

    [Test]
    public void Plain_http_to_another_machine_needs_a_word() =>
        Assert.That((Good with { Url = "http://10.0.0.5:3000", AllowHttp = true }).Problems(), Is.Empty);

    [Test]
    public void Names_everything_that_is_wrong_at_once()
    {
        var problems = new GrafanaClientOptions { Url = "http://h", Daemon = "d", CaFile = "/no/such/file", Timeout = TimeSpan.Zero }
            .Problems();
        Assert.That(problems, Has.Count.EqualTo(4));
        foreach (var key in new[] { "GRAFANA_USER", "GRAFANA_ALLOW_HTTP", "GRAFANA_CA_FILE", "GRAFANA_TIMEOUT" })
            Assert.That(string.Join('\n', problems), Does.Contain(key));
    }

    [Test]
    public void A_token_with_a_line_break_is_none()
    {
        var problems = (Good with { Token = "glsa_abc\nX-Evil: 1" }).Problems();
        Assert.That(problems.Single(), Does.Contain("GRAFANA_TOKEN").And.Not.Contain("glsa_"));
    }

    [Test]
    public void Nothing_is_built_from_options_with_problems() =>
        Assert.That(() => new GrafanaClient(Good with { Url = "http://10.0.0.5" }, TimeProvider.System), Throws.ArgumentException);
}
