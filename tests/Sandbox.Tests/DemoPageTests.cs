using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Sandbox.Demo;
using Athena.Sandbox.Mail;
using Athena.Sandbox.Telegram;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

internal sealed class DemoPageTests
{
    private TemporaryDirectory directory = null!;
    private StandInGrafana grafana = null!;
    private MailCatcher mail = null!;
    private TelegramCatcher telegram = null!;
    private DemoPage page = null!;
    private HttpClient http = null!;

    [SetUp]
    public async Task StartAsync()
    {
        directory = new TemporaryDirectory();
        grafana = await StandInGrafana.StartAsync(new StandInOptions { LogFile = directory["grafana.log"] });
        mail = await MailCatcher.StartAsync();
        telegram = await TelegramCatcher.StartAsync();
        page = await DemoPage.StartAsync(grafana, mail, telegram, new DemoPageOptions
        {
            AdminUser = "admin",
            AdminPassword = "admin",
            LogFile = directory["grafana.log"],
            AuditFile = directory["none"],
        });
        http = new HttpClient { BaseAddress = page.Url };
    }

    [TearDown]
    public async Task StopAsync()
    {
        http.Dispose();
        await page.DisposeAsync();
        await mail.DisposeAsync();
        await telegram.DisposeAsync();
        await grafana.DisposeAsync();
        directory.Dispose();
    }

    [Test]
    public async Task Offers_single_sign_on_only_where_there_is_a_provider()
    {
        await using var open = await StandInGrafana.StartAsync(new StandInOptions { SingleSignOn = new() });
        await using var other = await DemoPage.StartAsync(
            open, mail, telegram, new DemoPageOptions { AdminUser = "admin", AdminPassword = "admin" });
        var without = await http.GetFromJsonAsync<JsonElement>("/sandbox/state");
        var with = await http.GetFromJsonAsync<JsonElement>(new Uri(other.Url, "/sandbox/state"));
        Assert.Multiple(() =>
        {
            Assert.That(without.GetProperty("singleSignOn").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(with.GetProperty("singleSignOn").GetString(), Is.EqualTo($"{open.Url}login/generic_oauth"));
        });
    }

    [Test]
    public async Task A_person_signs_up_is_seen_locked_and_approved()
    {
        using var signedUp = await http.PostAsJsonAsync("/sandbox/signup", new { name = "<b>x</b>", email = "New@example.net" });
        var id = grafana.Database.Find("new@example.net")!.Id;
        await http.PostAsync(new Uri($"/sandbox/users/{id}/disable", UriKind.Relative), null);
        var locked = await http.GetFromJsonAsync<JsonElement>("/sandbox/users");
        await http.PostAsync(new Uri($"/sandbox/users/{id}/enable", UriKind.Relative), null);
        var log = await http.GetFromJsonAsync<string[]>("/sandbox/log?lines=1");
        Assert.Multiple(() =>
        {
            Assert.That(signedUp.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(locked[0].GetProperty("isDisabled").GetBoolean(), Is.True);
            Assert.That(grafana.Database.Find("new@example.net")!.IsDisabled, Is.False);
            Assert.That(log!.Single(), Does.Contain($"uname=admin ").And.Contain($"path=/api/admin/users/{id}/enable status=200"));
        });
    }

    [Test]
    public async Task Another_site_cannot_act_here()
    {
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/sandbox/mail/stop");
        foreign.Headers.Add("Origin", "http://evil.example");
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/sandbox/users");
        rebound.Headers.Host = $"evil.example:{page.Url.Port}";
        Assert.Multiple(async () =>
        {
            Assert.That((await http.SendAsync(foreign)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await http.SendAsync(rebound)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(mail.Stopped, Is.False);
        });
    }

    [Test]
    public async Task The_page_allows_only_its_own_script_and_fetches_nothing_from_elsewhere()
    {
        using var answer = await http.GetAsync(new Uri("/", UriKind.Relative));
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(policy, Does.StartWith("default-src 'none'; script-src 'nonce-").And.Not.Contain("http"));
            Assert.That(html, Does.Not.Match("""(src|href)="(?!data:)"""));
            Assert.That(html, Does.Not.Contain("/*STYLE*/").And.Not.Contain("/*SCRIPT*/").And.Not.Contain("NONCE"));
            Assert.That(html, Does.Not.Contain("innerHTML"));
        });
    }

    [Test]
    public async Task Scripts_can_stop_the_mail_and_spoil_Grafana()
    {
        await http.PostAsync(new Uri("/sandbox/mail/stop", UriKind.Relative), null);
        await http.PostAsync(new Uri("/sandbox/grafana/fault?kind=forbid&permission=users:read", UriKind.Relative), null);
        using var admin = new Browser(grafana, "admin", "admin");
        var (forbidden, _) = await admin.AskAsync("GET", "/api/users");
        await http.PostAsync(new Uri("/sandbox/grafana/fault?kind=clear", UriKind.Relative), null);
        var unknown = await http.PostAsync(new Uri("/sandbox/grafana/fault?kind=nonsense", UriKind.Relative), null);
        Assert.Multiple(async () =>
        {
            Assert.That(mail.Stopped, Is.True);
            Assert.That(forbidden, Is.EqualTo(403));
            Assert.That((await admin.AskAsync("GET", "/api/users")).Status, Is.EqualTo(200));
            Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        });
    }

    [Test]
    public async Task Guessing_locks_the_login_of_the_daemon()
    {
        await http.PostAsync(new Uri("/sandbox/grafana/guess?login=admin", UriKind.Relative), null);
        using var admin = new Browser(grafana, "admin", "admin");
        Assert.That((await admin.AskAsync("GET", "/api/user")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Telegram_messages_reach_the_page_as_text_and_styles()
    {
        await SayAsync(
            """{"chat_id":"-1001","text":"<b>Athena</b> &lt;img src=x onerror=alert(1)&gt;\n<pre>1  &amp;co</pre>","parse_mode":"HTML","disable_notification":true}""");
        await SayAsync("""{"chat_id":"-1001","text":"<b>","message_thread_id":3}""");
        var rows = await http.GetFromJsonAsync<JsonElement>("/sandbox/telegram");
        Assert.Multiple(() =>
        {
            Assert.That(rows.GetArrayLength(), Is.EqualTo(2));
            Assert.That(rows[0].GetProperty("pieces").ToString(), Is.EqualTo("""[{"text":"<b>","tag":null}]"""));
            Assert.That(rows[0].GetProperty("thread").GetInt64(), Is.EqualTo(3));
            Assert.That(rows[1].GetProperty("text").GetString(), Is.EqualTo("Athena <img src=x onerror=alert(1)>\n1  &co"));
            Assert.That(
                rows[1].GetProperty("pieces").EnumerateArray().Select(p => p.GetProperty("tag").GetString()),
                Is.EqualTo(new[] { "b", null, "pre" }));
            Assert.That(rows[1].GetProperty("silent").GetBoolean(), Is.True);
        });

        async Task SayAsync(string json)
        {
            using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(telegram.Url, "/bot1:x/sendMessage"), content);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [TestCase("too-many", TelegramMood.TooMany)]
    [TestCase("kicked", TelegramMood.Kicked)]
    [TestCase("no-markup", TelegramMood.NoMarkup)]
    [TestCase("down", TelegramMood.Down)]
    public async Task Scripts_can_spoil_Telegram_and_heal_it(string name, TelegramMood mood)
    {
        await http.PostAsync(new Uri($"/sandbox/telegram/{name}", UriKind.Relative), null);
        var spoiled = (telegram.Mood, (await http.GetFromJsonAsync<JsonElement>("/sandbox/state")).GetProperty("telegram").GetString());
        await http.PostAsync(new Uri("/sandbox/telegram/ok", UriKind.Relative), null);
        var unknown = await http.PostAsync(new Uri("/sandbox/telegram/nonsense", UriKind.Relative), null);
        Assert.Multiple(() =>
        {
            Assert.That(spoiled, Is.EqualTo((mood, name)));
            Assert.That(telegram.Mood, Is.EqualTo(TelegramMood.Ok));
            Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        });
    }
}
