namespace Athena.Sandbox.Tests;

internal sealed class GrafanaFaultsTests
{
    private StandInGrafana grafana = null!;
    private Browser admin = null!;

    [SetUp]
    public async Task StartAsync()
    {
        grafana = await StandInGrafana.StartAsync();
        admin = new Browser(grafana, "admin", "admin");
        grafana.Database.AddUser("someone", "someone@example.org");
    }

    [TearDown]
    public async Task StopAsync()
    {
        admin.Dispose();
        await grafana.DisposeAsync();
    }

    [Test]
    public async Task Refuses_connections_while_stopped_and_keeps_what_it_knows()
    {
        var port = grafana.Url.Port;
        await grafana.StopListeningAsync();
        Assert.ThrowsAsync<HttpRequestException>(() => admin.AskAsync("GET", "/api/user"));
        await grafana.ListenAgainAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(grafana.Url.Port, Is.EqualTo(port));
            Assert.That((await admin.AskAsync("GET", "/api/users/2")).Status, Is.EqualTo(200));
        });
    }

    [Test]
    public async Task Breaks_connections_and_heals()
    {
        grafana.Faults.Aborting = true;
        Assert.ThrowsAsync<HttpRequestException>(() => admin.AskAsync("GET", "/api/user"));
        grafana.Faults.Clear();
        Assert.That((await admin.AskAsync("GET", "/api/user")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Without_its_database_it_is_unhealthy_and_refuses_a_session_as_recorded()
    {
        using var person = new Browser(grafana);
        await person.AskAsync("POST", "/login", new { user = "admin", password = "admin" });
        grafana.Faults.DatabaseDown = true;
        Assert.Multiple(async () =>
        {
            Assert.That((await person.AskAsync("GET", "/api/health")).Status, Is.EqualTo(503));
            Assert.That((await person.AskAsync("GET", "/api/users")).Status, Is.EqualTo(401));
            Assert.That((await person.AskAsync("POST", "/api/user/auth-tokens/rotate")).Status, Is.EqualTo(500));
            Assert.That((await person.AskAsync("GET", "/login")).Status, Is.EqualTo(500));
            Assert.That((await admin.AskAsync("GET", "/api/users")).Status, Is.EqualTo(500), "with a password nothing is recorded");
        });
        grafana.Faults.Clear();
        Assert.That((await person.AskAsync("GET", "/api/users")).Status, Is.EqualTo(200), "the session lives on");
    }

    [Test]
    public async Task Fails_a_call_as_often_as_told_and_without_effect()
    {
        grafana.Faults.Fail("POST /api/admin/users/:id/disable", 2);
        var first = (await admin.AskAsync("POST", "/api/admin/users/2/disable")).Status;
        var enabled = !grafana.Database.Find("someone")!.IsDisabled;
        var second = (await admin.AskAsync("POST", "/api/admin/users/2/disable")).Status;
        var third = (await admin.AskAsync("POST", "/api/admin/users/2/disable")).Status;
        Assert.That((first, enabled, second, third), Is.EqualTo((500, true, 500, 200)));
    }

    [Test]
    public void Loses_an_answer_after_its_effect()
    {
        grafana.Faults.LoseAnswer("/api/admin/users/:id/disable");
        Assert.ThrowsAsync<HttpRequestException>(() => admin.AskAsync("POST", "/api/admin/users/2/disable"));
        Assert.That(grafana.Database.Find("someone")!.IsDisabled, Is.True);
    }

    [Test]
    public async Task Forbids_a_permission_even_to_a_server_admin()
    {
        grafana.Faults.Forbid("users:disable");
        var (status, answer) = await admin.AskAsync("POST", "/api/admin/users/2/disable");
        grafana.Faults.Allow("users:disable");
        Assert.Multiple(async () =>
        {
            Assert.That(status, Is.EqualTo(403));
            Assert.That(answer.GetProperty("message").GetString(), Does.EndWith("Permissions needed: users:disable"));
            Assert.That((await admin.AskAsync("POST", "/api/admin/users/2/disable")).Status, Is.EqualTo(200));
        });
    }
}
