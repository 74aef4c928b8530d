using System.Net;

namespace Athena.Sandbox.Tests;

/// <summary>The pages to which the buttons of a mail lead.</summary>
internal sealed class AccountPageTests
{
    private StandInGrafana grafana = null!;
    private HttpClient browser = null!;

    [SetUp]
    public async Task StartAsync()
    {
        grafana = await StandInGrafana.StartAsync(new StandInOptions { Visitor = "admin", SubPath = "/grafana" });
        browser = new HttpClient(new SocketsHttpHandler { UseProxy = false });
    }

    [TearDown]
    public async Task StopAsync()
    {
        browser.Dispose();
        await grafana.DisposeAsync();
    }

    [TestCase(true, "Enable user")]
    [TestCase(false, "Disable user")]
    public async Task The_visitor_comes_from_the_mail_to_the_account_and_is_offered_what_can_be_done(bool isDisabled, string button)
    {
        var stranger = grafana.Database.AddUser("x@example.net", "x@example.net", "<b>\"Bold\"</b>", disabled: isDisabled);
        var page = await ReadAsync($"/admin/users/edit/{stranger.Uid}");
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain($"{button}</button>").And.Contain($"\"/grafana/api/admin/users/{stranger.Id}/"));
            Assert.That(page, Does.Contain("&lt;b&gt;").And.Not.Contain("<b>"));
            Assert.That(page, Does.Contain("src=\"/grafana/public/build/admin.js\"").And.Contain("script-src 'self'"));
        });
    }

    [Test]
    public async Task All_accounts_are_listed_and_one_that_is_gone_is_said_to_be()
    {
        var stranger = grafana.Database.AddUser("x@example.net", "x@example.net", "Ex");
        Assert.Multiple(async () =>
        {
            Assert.That(await ReadAsync("/admin/users"), Does.Contain($"href=\"/grafana/admin/users/edit/{stranger.Uid}\">Ex<"));
            Assert.That(await ReadAsync("/admin/users/edit/gone"), Does.Contain("the account was deleted"));
            Assert.That(await ReadAsync("/public/build/admin.js"), Does.Contain("use strict"));
        });
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example/")]
    [TestCase("/\\evil.example/")]
    public async Task Signing_in_leads_to_no_other_site(string wanted)
    {
        using var still = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        using var answer = await still.GetAsync($"{grafana.Url}/login?redirectTo={Uri.EscapeDataString(wanted)}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_stand_in_that_knows_no_visitor_signs_nobody_in()
    {
        await using var other = await StandInGrafana.StartAsync();
        using var answer = await browser.GetAsync(new Uri(other.Url, "/admin/users"));
        Assert.Multiple(() =>
        {
            Assert.That(answer.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/login"));
            Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False);
        });
    }

    private Task<string> ReadAsync(string path) => browser.GetStringAsync($"{grafana.Url}{path}");
}
