using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Sandbox.Demo;
using Athena.Sandbox.Telegram;

namespace Athena.Sandbox.Tests;

internal sealed class DemoPageTests : DemoScene
{
    [Test]
    public async Task Offers_single_sign_on_only_where_there_is_a_provider()
    {
        await using var open = await StandInGrafana.StartAsync(new StandInOptions { SingleSignOn = new() });
        await using var other = await DemoPage.StartAsync(
            open, Mail, Telegram, new DemoPageOptions { AdminUser = "admin", AdminPassword = "admin" });
        var without = await Http.GetFromJsonAsync<JsonElement>("/sandbox/state");
        var with = await Http.GetFromJsonAsync<JsonElement>(new Uri(other.Url, "/sandbox/state"));
        Assert.Multiple(() =>
        {
            Assert.That(without.GetProperty("singleSignOn").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(with.GetProperty("singleSignOn").GetString(), Is.EqualTo($"{open.Url}login/generic_oauth"));
        });
    }

    [Test]
    public async Task A_person_signs_up_is_seen_locked_and_approved()
    {
        using var signedUp = await Http.PostAsJsonAsync("/sandbox/signup", new { name = "<b>x</b>", email = "New@example.net" });
        var id = Grafana.Database.Find("new@example.net")!.Id;
        await Http.PostAsync(new Uri($"/sandbox/users/{id}/disable", UriKind.Relative), null);
        var locked = await Http.GetFromJsonAsync<JsonElement>("/sandbox/users");
        await Http.PostAsync(new Uri($"/sandbox/users/{id}/enable", UriKind.Relative), null);
        var log = await Http.GetFromJsonAsync<string[]>("/sandbox/log?lines=1");
        Assert.Multiple(() =>
        {
            Assert.That(signedUp.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(locked[0].GetProperty("isDisabled").GetBoolean(), Is.True);
            Assert.That(Grafana.Database.Find("new@example.net")!.IsDisabled, Is.False);
            Assert.That(log!.Single(), Does.Contain($"uname=admin ").And.Contain($"path=/api/admin/users/{id}/enable status=200"));
        });
    }

    [Test]
    public async Task Another_site_cannot_act_here()
    {
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/sandbox/mail/stop");
        foreign.Headers.Add("Origin", "http://evil.example");
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/sandbox/users");
        rebound.Headers.Host = $"evil.example:{Page.Url.Port}";
        Assert.Multiple(async () =>
        {
            Assert.That((await Http.SendAsync(foreign)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await Http.SendAsync(rebound)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(Mail.Stopped, Is.False);
        });
    }

    [Test]
    public async Task The_page_allows_only_its_own_script_and_fetches_nothing_from_elsewhere()
    {
        using var answer = await Http.GetAsync(new Uri("/", UriKind.Relative));
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
        await Http.PostAsync(new Uri("/sandbox/mail/stop", UriKind.Relative), null);
        await Http.PostAsync(new Uri("/sandbox/grafana/fault?kind=forbid&permission=users:read", UriKind.Relative), null);
        using var admin = new Browser(Grafana, "admin", "admin");
        var (forbidden, _) = await admin.AskAsync("GET", "/api/users");
        await Http.PostAsync(new Uri("/sandbox/grafana/fault?kind=clear", UriKind.Relative), null);
        var unknown = await Http.PostAsync(new Uri("/sandbox/grafana/fault?kind=nonsense", UriKind.Relative), null);
        Assert.Multiple(async () =>
        {
            Assert.That(Mail.Stopped, Is.True);
            Assert.That(forbidden, Is.EqualTo(403));
            Assert.That((await admin.AskAsync("GET", "/api/users")).Status, Is.EqualTo(200));
            Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        });
    }

    [Test]
    public async Task Guessing_locks_the_login_of_the_daemon()
    {
        await Http.PostAsync(new Uri("/sandbox/grafana/guess?login=admin", UriKind.Relative), null);
        using var admin = new Browser(Grafana, "admin", "admin");
        Assert.That((await admin.AskAsync("GET", "/api/user")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Telegram_messages_reach_the_page_as_text_and_styles()
    {
        await SayAsync(
            """{"chat_id":"-1001","text":"<b>Athena</b> &lt;img src=x onerror=alert(1)&gt;\n<pre>1  &amp;co</pre>","parse_mode":"HTML","disable_notification":true}""");
        await SayAsync("""{"chat_id":"-1001","text":"<b>","message_thread_id":3}""");
        var rows = await Http.GetFromJsonAsync<JsonElement>("/sandbox/telegram");
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
    }

    [TestCase("too-many", TelegramMood.TooMany)]
    [TestCase("kicked", TelegramMood.Kicked)]
    [TestCase("no-markup", TelegramMood.NoMarkup)]
    [TestCase("down", TelegramMood.Down)]
    public async Task Scripts_can_spoil_Telegram_and_heal_it(string name, TelegramMood mood)
    {
        await Http.PostAsync(new Uri($"/sandbox/telegram/{name}", UriKind.Relative), null);
        var spoiled = (Telegram.Mood, (await Http.GetFromJsonAsync<JsonElement>("/sandbox/state")).GetProperty("telegram").GetString());
        await Http.PostAsync(new Uri("/sandbox/telegram/ok", UriKind.Relative), null);
        var unknown = await Http.PostAsync(new Uri("/sandbox/telegram/nonsense", UriKind.Relative), null);
        Assert.Multiple(() =>
        {
            Assert.That(spoiled, Is.EqualTo((mood, name)));
            Assert.That(Telegram.Mood, Is.EqualTo(TelegramMood.Ok));
            Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        });
    }

    [Test]
    public async Task How_the_daemons_are_and_what_waits_is_told()
    {
        Status = """{"state":"1 mail waits","mailsWaiting":1,"mailTrouble":"not reachable","nextAttempt":"2026-11-30T05:00:00Z"}""";
        var there = (await Http.GetFromJsonAsync<JsonElement>("/sandbox/daemons"))[0];
        await using var without = await DemoPage.StartAsync(Grafana, Mail, Telegram, new DemoPageOptions
        {
            AdminUser = "admin",
            AdminPassword = "admin",
            Daemons = DemoDaemon.Parse("grafana-compliance=/nowhere"),
        });
        var away = (await Http.GetFromJsonAsync<JsonElement>(new Uri(without.Url, "/sandbox/daemons")))[0];
        Assert.Multiple(() =>
        {
            Assert.That(there.GetProperty("name").GetString(), Is.EqualTo(Daemon));
            Assert.That(there.GetProperty("waiting").GetInt32(), Is.EqualTo(1));
            Assert.That(there.GetProperty("trouble").GetString(), Is.EqualTo("not reachable"));
            Assert.That(there.GetProperty("nextAttempt").GetDateTimeOffset().Hour, Is.EqualTo(5));
            Assert.That(away.GetProperty("running").GetBoolean(), Is.False);
        });
    }

    [TestCase("mail/stop", "mail/start")]
    [TestCase("telegram/down", "telegram/ok")]
    public async Task What_is_started_again_is_tried_at_once(string stop, string start)
    {
        await PressAsync(stop);
        Assert.That(Asked, Is.Empty);
        await PressAsync(start);
        Assert.That(Asked, Is.EqualTo(new[] { "try-at-once" }));
    }

    [Test]
    public async Task Prometheus_may_read_what_a_daemon_counts_and_of_nobody_else()
    {
        var path = new Uri("/sandbox/metrics/" + Daemon, UriKind.Relative);
        using var none = await Http.GetAsync(path);
        WriteMetrics("up 1\n");
        using var answer = await Http.GetAsync(path);
        using var stranger = await Http.GetAsync(new Uri("/sandbox/metrics/..%2Fmetrics%2F" + Daemon, UriKind.Relative));
        Assert.Multiple(async () =>
        {
            Assert.That((int)none.StatusCode, Is.EqualTo(404));
            Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("up 1\n"));
            Assert.That((int)stranger.StatusCode, Is.EqualTo(404));
        });
    }

    [Test]
    public async Task Only_a_process_that_is_a_daemon_is_killed()
    {
        using var other = Process.Start("sleep", "60");
        WriteBeside("pid", $"{other.Id}");
        using var refused = await Http.PostAsync(new Uri($"/sandbox/daemons/{Daemon}/kill", UriKind.Relative), null);
        var lives = !other.HasExited;
        other.Kill();
        using var daemon = Process.Start(new ProcessStartInfo("bash", ["-c", "read -t 60 </dev/zero", Daemon]))!;
        WriteBeside("pid", $"{daemon.Id}");
        await PressAsync($"daemons/{Daemon}/kill");
        await daemon.WaitForExitAsync();
        Assert.Multiple(() =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(lives, Is.True);
            Assert.That(daemon.ExitCode, Is.EqualTo(137));
        });
    }
}
