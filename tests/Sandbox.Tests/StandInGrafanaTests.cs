using System.Net.Http.Headers;
using Athena.Sandbox.Grafana;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

internal sealed class StandInGrafanaTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 21, 7, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Five_wrong_passwords_lock_the_login_name_but_neither_the_e_mail_nor_a_session()
    {
        var time = new ManualTime(Morning);
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { Time = time });
        grafana.Database.AddUser("worker", "worker@example.org", "", "right", serverAdmin: true);
        using var kept = new Browser(grafana);
        await kept.AskAsync("POST", "/login", new { user = "worker", password = "right" });
        using var stranger = new Browser(grafana);
        for (var i = 0; i < 5; i++) await stranger.AskAsync("POST", "/login", new { user = "WORKER", password = "guess" });
        using var byLogin = new Browser(grafana, "worker", "right");
        using var byEmail = new Browser(grafana, "worker@example.org", "right");

        Assert.Multiple(async () =>
        {
            Assert.That((await byLogin.AskAsync("GET", "/api/user")).Status, Is.EqualTo(401));
            Assert.That((await byEmail.AskAsync("GET", "/api/user")).Status, Is.EqualTo(200));
            Assert.That((await kept.AskAsync("GET", "/api/user")).Status, Is.EqualTo(200));
        });
        time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        Assert.That((await byLogin.AskAsync("GET", "/api/user")).Status, Is.EqualTo(200), "the failures have left the window");
    }

    [Test]
    public async Task A_restored_dump_brings_back_people_sessions_and_ids_and_takes_what_came_after_it()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        using var admin = new Browser(grafana);
        await admin.AskAsync("POST", "/login", new { user = "admin", password = "admin" });
        var before = grafana.Database.AddUser("before", "before@example.org", role: "Editor");
        var file = Path.GetTempFileName();
        grafana.Database.Dump().Write(file);
        before.IsDisabled = true;
        var after = grafana.Database.AddUser("after", "after@example.org");

        grafana.Database.Restore(DatabaseDump.Read(file));
        File.Delete(file);
        var again = grafana.Database.AddUser("again", "again@example.org");
        Assert.Multiple(async () =>
        {
            Assert.That(grafana.Database.Find("before"), Has.Property(nameof(Account.IsDisabled))
                .False.And.Property(nameof(Account.Uid)).EqualTo(before.Uid));
            Assert.That(grafana.Database.RolesOf(grafana.Database.Find("before")!)[1], Is.EqualTo("Editor"));
            Assert.That(grafana.Database.Find("after"), Is.Null);
            Assert.That(again.Id, Is.EqualTo(after.Id), "an id is given a second time");
            Assert.That((await admin.AskAsync("GET", "/api/user")).Status, Is.EqualTo(200), "the session goes on");
        });
    }

    [Test]
    public async Task A_good_login_does_not_reset_the_count_of_wrong_ones()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        using var visitor = new Browser(grafana);
        for (var i = 0; i < 4; i++) await visitor.AskAsync("POST", "/login", new { user = "admin", password = "guess" });
        Assert.That((await visitor.AskAsync("POST", "/login", new { user = "admin", password = "admin" })).Status, Is.EqualTo(200));
        await visitor.AskAsync("POST", "/login", new { user = "admin", password = "guess" });
        Assert.That((await visitor.AskAsync("POST", "/login", new { user = "admin", password = "admin" })).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_wrong_password_at_the_health_check_is_not_counted()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        using var wrong = new Browser(grafana, "admin", "wrong");
        for (var i = 0; i < 6; i++) Assert.That((await wrong.AskAsync("GET", "/api/health")).Status, Is.EqualTo(200));
        using var right = new Browser(grafana, "admin", "admin");
        Assert.That((await right.AskAsync("GET", "/api/user")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_session_must_rotate_and_then_goes_on()
    {
        var time = new ManualTime(Morning);
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { Time = time });
        using var browser = new Browser(grafana);
        await browser.AskAsync("POST", "/login", new { user = "admin", password = "admin" });
        time.Advance(TimeSpan.FromMinutes(11));
        var (stale, answer) = await browser.AskAsync("GET", "/api/user");
        var (rotated, _) = await browser.AskAsync("POST", "/api/user/auth-tokens/rotate", new { });
        Assert.Multiple(async () =>
        {
            Assert.That((stale, answer.GetProperty("messageId").GetString()), Is.EqualTo((401, "session.token.rotate")));
            Assert.That(rotated, Is.EqualTo(200));
            Assert.That((await browser.AskAsync("GET", "/api/user")).Status, Is.EqualTo(200));
        });
    }

    [Test]
    public async Task The_session_cookie_is_hidden_from_scripts_and_its_expiry_is_not()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var form = new StringContent("""{"user":"admin","password":"admin"}""", new MediaTypeHeaderValue("application/json"));
        using var answer = await http.PostAsync(new Uri(grafana.Url, "/login"), form);
        var cookies = answer.Headers.GetValues("Set-Cookie").ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(cookies[0], Does.Match("^grafana_session=[0-9a-f]{32}; .*HttpOnly"));
            Assert.That(cookies[1], Does.Match("^grafana_session_expiry=\\d+; ").And.Not.Contain("HttpOnly"));
        });
    }

    [Test]
    public async Task Disabling_ends_every_session()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        using var stranger = new Browser(grafana);
        using var admin = new Browser(grafana, "admin", "admin");
        await stranger.SignUpAsync("new@example.net");
        var account = grafana.Database.Find("new@example.net")!;
        await admin.AskAsync("POST", $"/api/admin/users/{account.Uid}/disable");
        Assert.Multiple(async () =>
        {
            Assert.That(account.IsDisabled, Is.True);
            Assert.That(grafana.Database.SessionsOf(account), Is.Zero);
            Assert.That((await stranger.AskAsync("GET", "/api/user")).Status, Is.EqualTo(401));
        });
    }

    [Test]
    public async Task An_Enterprise_role_lets_a_token_list_and_disable()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        var (_, plain) = grafana.Database.AddServiceAccount("plain", "Admin");
        var (_, granted) = grafana.Database.AddServiceAccount("workers", "Viewer", 1, "users:read", "users:disable");
        var someone = grafana.Database.AddUser("someone", "someone@example.org");
        Assert.Multiple(async () =>
        {
            Assert.That(await StatusAsync(plain, HttpMethod.Get, "/api/users"), Is.EqualTo(403));
            Assert.That(await StatusAsync(granted, HttpMethod.Get, "/api/users"), Is.EqualTo(200));
            Assert.That(await StatusAsync(granted, HttpMethod.Post, $"/api/admin/users/{someone.Id}/disable"), Is.EqualTo(200));
            Assert.That(await StatusAsync(granted, HttpMethod.Post, $"/api/admin/users/{someone.Id}/enable"), Is.EqualTo(403));
        });

        async Task<int> StatusAsync(string token, HttpMethod method, string path)
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(method, new Uri(grafana.Url, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Test]
    public async Task Three_thousand_users_come_in_one_answer_unless_the_server_caps_it()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        for (var i = 0; i < 3000; i++) grafana.Database.AddUser($"staff{i}", $"staff{i}@example.org");
        using var admin = new Browser(grafana, "admin", "admin");
        var whole = (await admin.AskAsync("GET", "/api/users/search?perpage=5000&page=1")).Json;
        grafana.Faults.PerPageCap = 100;
        var capped = (await admin.AskAsync("GET", "/api/users/search?perpage=5000&page=1")).Json;
        Assert.Multiple(() =>
        {
            Assert.That(whole.GetProperty("users").GetArrayLength(), Is.EqualTo(3001));
            Assert.That(capped.GetProperty("users").GetArrayLength(), Is.EqualTo(100));
            Assert.That(capped.GetProperty("totalCount").GetInt32(), Is.EqualTo(3001));
        });
    }

    [Test]
    public async Task The_home_page_is_there_for_who_is_signed_in_and_sends_others_to_the_login_form()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        using var visitor = new Browser(grafana);
        using var admin = new Browser(grafana, "admin", "admin");
        Assert.That(((await visitor.AskAsync("GET", "/")).Status, (await admin.AskAsync("GET", "/")).Status), Is.EqualTo((302, 200)));
    }

    [Test]
    public async Task It_listens_when_its_database_has_been_read_and_not_before()
    {
        using var directory = new TemporaryDirectory();
        bool? listened = null;
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { LogFile = directory["furnished.log"] }, fresh =>
        {
            listened = fresh.IsListening;
            fresh.Database.AddUser("known", "known@example.org", "Known from the start", "a-long-pass-word");
        });

        Assert.That(listened, Is.False);
        Assert.That(grafana.IsListening && grafana.Database.Find("known") is not null);
    }

    [Test]
    public async Task Serves_from_a_sub_path_and_logs_without_it()
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            SubPath = "/grafana",
            LogFile = directory["grafana.log"],
        });
        using var visitor = new Browser(grafana);
        var (status, _) = await visitor.AskAsync("GET", "/grafana/d/ward/x");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(302));
            Assert.That(File.ReadAllText(directory["grafana.log"]), Does.Contain(" path=/d/ward/x "));
        });
    }
}
