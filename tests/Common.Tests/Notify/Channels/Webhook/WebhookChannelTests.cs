using System.Text.Json;
using System.Text.RegularExpressions;
using Athena.Common.Checks;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Tests.Shared;
using static Athena.Common.Tests.Notify.Channels.Webhook.WebhookScenario;

namespace Athena.Common.Tests.Notify.Channels.Webhook;

/// <summary>What is posted, how it is signed, and what becomes of each answer.</summary>
internal sealed partial class WebhookChannelTests
{
    private HookServer server = null!;

    [SetUp]
    public void Open() => server = new HookServer();

    [TearDown]
    public void Close() => server.Dispose();

    [Test]
    public async Task What_is_posted_names_nobody()
    {
        var result = await PostAsync(SettingsFor(server.Url));
        var posted = server.Requests.Single();
        var body = JsonDocument.Parse(posted.Body).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new DeliveryResult(DeliveryVerdict.Accepted, $"taken: {server.Place} answers HTTP 204")));
            Assert.That(posted.Line, Is.EqualTo($"POST {HookServer.Path} HTTP/1.1"));
            Assert.That(posted.Headers["Content-Type"], Is.EqualTo("application/json"));
            Assert.That(body.GetProperty("type").GetString(), Is.EqualTo("account.locked"));
            Assert.That(body.GetProperty("timestamp").GetString(), Is.EqualTo("2026-11-21T04:30:15Z"));
            var data = body.GetProperty("data");
            Assert.That(data.GetProperty("action").GetString(), Is.EqualTo("open"));
            Assert.That(data.GetProperty("key").GetString(), Is.EqualTo("grafana01/grafana-auto-disable/account/5f1c"));
            Assert.That(data.GetProperty("tenant_id").GetString(), Is.EqualTo("default"));
            Assert.That(data.GetProperty("ids").GetProperty("account").GetInt64(), Is.EqualTo(42));
            var all = posted.Line + string.Join('\n', posted.Headers.Values) + posted.Body;
            Assert.That(all, Does.Not.Contain("aledi").And.Not.Contain("evil").And.Not.Contain("root@").And.Not.Contain("eg4xf"));
        });
    }

    [Test]
    public async Task With_names_the_person_is_named_and_what_they_typed_breaks_nothing()
    {
        await PostAsync(SettingsFor(server.Url) with { TellsNames = true, Tenant = "ward-7" });
        var body = server.Requests.Single().Body;
        var data = JsonDocument.Parse(body).RootElement.GetProperty("data");
        Assert.Multiple(() =>
        {
            Assert.That(body, Does.Not.Match("[^\\x20-\\x7e]"), "plain ASCII");
            Assert.That(body, Does.Not.Contain("</script>"));
            Assert.That(data.GetProperty("person").GetProperty("email").GetString(), Is.EqualTo("naledi@example.net"));
            Assert.That(data.GetProperty("person").GetProperty("login").GetString(), Does.Contain("root@evil").And.Not.Contain("\u202E"));
            Assert.That(data.GetProperty("summary").GetString(), Does.StartWith("Locked, waiting for you"));
            Assert.That(data.GetProperty("key").GetString(), Is.EqualTo("ward-7/grafana-auto-disable/account/5f1c"));
        });
    }

    [Test]
    public async Task Two_attempts_differ_in_their_time_alone()
    {
        var time = new ManualTime(Some.Morning);
        await PostAsync(SettingsFor(server.Url), time);
        time.Advance(TimeSpan.FromMinutes(7));
        await PostAsync(SettingsFor(server.Url), time);
        await PostAsync(SettingsFor(server.Url), time, Locked("locked/another/1"));
        var posted = server.Requests.ToArray();
        Assert.Multiple(() =>
        {
            Assert.That((posted[1].Id, posted[1].Body), Is.EqualTo((posted[0].Id, posted[0].Body)));
            Assert.That(posted[0].Headers["webhook-timestamp"], Is.EqualTo("1795235415"));
            Assert.That(posted[1].Headers["webhook-timestamp"], Is.EqualTo("1795235835"));
            Assert.That(posted[1].Signature, Is.Not.EqualTo(posted[0].Signature));
            Assert.That(posted[2].Id, Is.Not.EqualTo(posted[0].Id));
            Assert.That(posted[0].Id, Does.Match("^msg_[0-9a-f]{32}$"));
        });
    }

    [Test]
    public async Task The_script_of_the_documentation_accepts_what_was_sent_and_nothing_else()
    {
        var python = Promtool.Find("python3");
        if (python is null) NotRun.Missing("python3");
        byte[] next = [.. Key.Reverse()];
        await PostAsync(SettingsFor(server.Url) with { Secrets = [Key, next] });
        var posted = server.Requests.Single();
        var folder = Some.TemporaryFolder();
        var script = Path.Combine(folder, "verify.py");
        File.WriteAllText(
            script,
            Script().Match(File.ReadAllText(Repository.PathOf("docs/webhook.md"))).Groups[1].Value
            + "\nimport sys\nheaders = dict(zip(sys.argv[2::2], sys.argv[3::2]))"
            + "\nsys.exit(0 if verify(sys.argv[1], headers, sys.stdin.buffer.read()) else 1)\n");
        Assert.Multiple(() =>
        {
            Assert.That(Verified(Secret, posted.Body), Is.EqualTo((0, "")));
            Assert.That(Verified("whsec_" + Convert.ToBase64String(next), posted.Body), Is.EqualTo((0, "")), "the other of the two");
            Assert.That(Verified("whsec_" + Convert.ToBase64String(new byte[32]), posted.Body), Is.EqualTo((1, "")), "another secret");
            Assert.That(Verified(Secret, posted.Body.Replace("42", "43")), Is.EqualTo((1, "")), "another body");
            Assert.That(Verified(Secret, posted.Body, "1795235415"), Is.EqualTo((1, "")), "a time of long ago");
        });
        Directory.Delete(folder, recursive: true);

        (int, string) Verified(string secret, string body, string? timestamp = null) => Promtool.Run(
            python, body, script, secret, "webhook-id", posted.Id, "webhook-timestamp", timestamp ?? posted.Headers["webhook-timestamp"],
            "webhook-signature", posted.Signature);
    }

    [TestCase("429 Too Many Requests\r\nRetry-After: 120", DeliveryVerdict.Transient, 120, "answers HTTP 429")]
    [TestCase("503 Busy\r\nRetry-After: 999999999", DeliveryVerdict.Transient, 86400, "answers HTTP 503")]
    [TestCase("503 Busy\r\nRetry-After: Sat, 21 Nov 2026 04:40:15 GMT", DeliveryVerdict.Transient, 600, "answers HTTP 503")]
    [TestCase("500 Oh", DeliveryVerdict.Transient, null, "answers HTTP 500")]
    [TestCase("400 Bad", DeliveryVerdict.Transient, null, "answers HTTP 400")]
    [TestCase("404 Not Found", DeliveryVerdict.Transient, null, "answers HTTP 404: look at WEBHOOK_URL and WEBHOOK_SECRET")]
    [TestCase("410 Gone", DeliveryVerdict.Permanent, 86400, "the address is gone, nothing is posted any more")]
    public async Task An_answer_is_read_as_what_it_says(string answer, DeliveryVerdict verdict, int? seconds, string words)
    {
        server.Answer = HookServer.Saying($"HTTP/1.1 {answer}\r\nContent-Length: 12\r\n\r\na-path-or-so");
        var result = await PostAsync(SettingsFor(server.Url), new ManualTime(Some.Morning));
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(verdict));
            Assert.That(result.RetryAfter?.TotalSeconds, Is.EqualTo(seconds));
            Assert.That(result.Detail, Does.Contain(words).And.Not.Contain("a-path").And.Not.Contain("also-a-secret"));
        });
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        using var elsewhere = new HookServer();
        server.Answer = HookServer.Saying($"HTTP/1.1 307 Elsewhere\r\nLocation: {elsewhere.Url}\r\nContent-Length: 0\r\n\r\n");
        var result = await PostAsync(SettingsFor(server.Url));
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
            Assert.That(result.Detail, Does.Contain("sends us elsewhere").And.Not.Contain(elsewhere.Place));
            Assert.That(elsewhere.Requests, Is.Empty);
        });
    }

    [Test]
    public async Task An_answer_without_an_end_is_taken_by_its_status()
    {
        server.Answer = async (stream, cancel) =>
        {
            await HookServer.Saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")(stream, cancel);
            while (true) await HookServer.Saying($"1000\r\n{new string('x', 4096)}\r\n")(stream, cancel);
        };
        Assert.That((await PostAsync(SettingsFor(server.Url))).Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
    }

    [Test]
    public async Task Headers_without_an_end_are_no_answer()
    {
        server.Answer = async (stream, cancel) =>
        {
            await HookServer.Saying("HTTP/1.1 200 OK\r\n")(stream, cancel);
            while (true) await HookServer.Saying($"x-more: {new string('x', 4096)}\r\n")(stream, cancel);
        };
        var result = await PostAsync(SettingsFor(server.Url));
        Assert.That((result.Verdict, result.MayHaveArrived), Is.EqualTo((DeliveryVerdict.Transient, true)));
    }

    [Test]
    public async Task Whoever_says_nothing_is_waited_for_as_long_as_is_set_and_may_have_it()
    {
        server.Answer = (_, cancel) => Task.Delay(Timeout.Infinite, cancel);
        var time = new ManualTime(Some.Morning);
        var posting = PostAsync(SettingsFor(server.Url), time);
        await Eventually(() => !server.Requests.IsEmpty);
        time.Advance(TimeSpan.FromSeconds(15));
        var result = await posting;
        Assert.That(
            (result.Verdict, result.MayHaveArrived, result.Detail),
            Is.EqualTo((DeliveryVerdict.Transient, true, $"no answer from {server.Place} within 15 s")));
    }

    [Test]
    public async Task Where_nobody_listens_nothing_arrived_and_the_address_is_not_told()
    {
        var url = server.Url;
        server.Dispose();
        var result = await PostAsync(SettingsFor(url));
        Assert.Multiple(() =>
        {
            Assert.That((result.Verdict, result.MayHaveArrived, result.IsShut), Is.EqualTo((DeliveryVerdict.Transient, false, true)));
            Assert.That(result.Detail, Is.EqualTo($"no connection to {url.Authority}"));
        });
    }

    [Test]
    public async Task Check_finds_out_without_an_event_and_tells_no_secret()
    {
        server.Answer = HookServer.Saying("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n");
        await using var channel = new WebhookChannel(SettingsFor(server.Url), TimeProvider.System);
        var report = new CheckReport();
        var isGood = await channel.CheckAsync(report, null, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(isGood, Is.True);
            Assert.That(server.Requests.Single().Line, Is.EqualTo("HEAD / HTTP/1.1"));
            Assert.That(report.Findings.Select(finding => finding.What), Is.EqualTo(new[]
            {
                $"Webhook: {server.Place} answers; events go there without names, signed with one secret",
            }));
        });
    }

    [Test]
    public async Task A_test_is_an_event_that_is_posted()
    {
        await using var channel = new WebhookChannel(SettingsFor(server.Url), TimeProvider.System);
        var report = new CheckReport();
        var isGood = await channel.CheckAsync(report, Locked() with { Events = [NotificationEvent.Test] }, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(isGood, Is.True);
            Assert.That(server.Requests.Last().Body, Does.Contain("\"type\":\"test\""));
            Assert.That(report.Findings[^1].What, Does.StartWith("Test event: taken"));
        });
    }

    [Test]
    public async Task What_is_nothing_for_programs_is_not_posted()
    {
        await using var channel = new WebhookChannel(SettingsFor(server.Url), TimeProvider.System);
        Assert.That(channel.Write(Locked() with { Events = [] }), Is.Null);
    }

    private static async Task Eventually(Func<bool> isSo)
    {
        while (!isSo()) await Task.Yield();
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Script();
}
