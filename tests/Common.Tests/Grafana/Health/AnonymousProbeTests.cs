using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Probes;
using Athena.Common.Tests.Grafana.Api;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Grafana.Health;

public sealed class AnonymousProbeTests
{
    private readonly ManualTime time = new();

    [Test]
    public async Task Knocks_without_a_credential_and_under_its_own_name()
    {
        await using var peer = new HttpPeer(_ => ToLogin("/login?redirectTo=%2Fd%2Fathena-probe-5f2c1a"));
        var (probe, detail) = await SendAsync(peer, "/grafana");
        var asked = peer.Requests.ElementAt(0);
        Assert.Multiple(() =>
        {
            Assert.That(asked.Line, Is.EqualTo("GET /grafana/d/athena-probe-5f2c1a"));
            Assert.That(peer.Requests.ElementAt(1).Line, Is.EqualTo("GET /grafana/login"));
            Assert.That(peer.Requests.ElementAt(1).Header("Referer"), Is.EqualTo(asked.Header("Referer")), "by which it is known for ours");
            Assert.That(asked.Header("Referer"), Is.EqualTo($"{peer.Url}/grafana/athena-workers/active-users"));
            Assert.That(asked.Header("User-Agent"), Does.Match(@"^athena-workers/\d.* \(active-users\)$"));
            Assert.That(asked.Header("Accept"), Is.EqualTo("text/html"), "as a browser asks");
            Assert.That(asked.Header("Authorization"), Is.Null);
            Assert.That(asked.Header("Cookie"), Is.Null);
            Assert.That(probe, Is.EqualTo(new ProbeRecord("5f2c1a", time.GetUtcNow(), time.GetUtcNow(), 302, ProbeAnswer.LoginPage)));
            Assert.That(detail, Is.Empty);
        });
    }

    [Test]
    public async Task Takes_the_recorded_answer_for_Grafanas_login_page()
    {
        // The recorded one: Location /login?redirectTo=%2Fd%2Fathena-probe-5f2c1a%2Fx, and the same as a link in the body.
        await using var peer = new HttpPeer(_ => new PeerAnswer(
            302, "<a href=\"/login?redirectTo=%2Fd%2Fathena-probe-5f2c1a%2Fx\">Found</a>.\n\n",
            ("Location", "/login?redirectTo=%2Fd%2Fathena-probe-5f2c1a%2Fx")));
        Assert.That((await SendAsync(peer)).Probe.Answer, Is.EqualTo(ProbeAnswer.LoginPage));
    }

    [TestCase("https://grafana.example.org/login?redirectTo=%2Fd%2Fx")]
    [TestCase("/login")]
    public async Task Asks_for_the_login_page_itself_and_never_follows_a_redirect(string location)
    {
        await using var peer = new HttpPeer(asked =>
            asked.Line == "GET /login" ? new PeerAnswer(200, "<title>Grafana</title>") : ToLogin(location));
        Assert.That((await SendAsync(peer)).Probe, Has.Property("IsLoginShown").True.And.Property("Answer").EqualTo(ProbeAnswer.LoginPage));
        Assert.That(peer.Requests.Select(asked => asked.Line), Is.EqualTo(new[] { "GET /d/athena-probe-5f2c1a", "GET /login" }));
    }

    [Test]
    public async Task A_login_page_that_is_not_shown_proves_nothing_and_spoils_no_probe()
    {
        PeerAnswer[] others =
        [
            PeerAnswer.Break,
            ToLogin("/login/generic_oauth"),
            new(200, "<title>Sign in to Contoso</title>"),
            new(500, "grafana"),
        ];
        foreach (var other in others)
        {
            await using var peer = new HttpPeer(asked => asked.Line == "GET /login" ? other : ToLogin("/login"));
            Assert.That(
                (await SendAsync(peer)).Probe, Has.Property("IsLoginShown").False.And.Property("Answer").EqualTo(ProbeAnswer.LoginPage));
        }
    }

    [TestCase("/login", ProbeAnswer.LoginPage)]
    [TestCase("https://grafana.example.org/login?redirectTo=%2Fd%2Fx", ProbeAnswer.LoginPage)]
    [TestCase("https://portal.example.org/login?rd=x", ProbeAnswer.Elsewhere)]
    [TestCase("/oauth2/start?rd=x", ProbeAnswer.Elsewhere)]
    [TestCase("::::", ProbeAnswer.Elsewhere)]
    public async Task Only_Grafanas_own_login_page_shows_that_it_was_Grafana(string location, ProbeAnswer expected)
    {
        await using var peer = new HttpPeer(_ => ToLogin(location));
        Assert.That((await SendAsync(peer)).Probe.Answer, Is.EqualTo(expected));
    }

    [TestCase(200, "<title>Grafana</title>", ProbeAnswer.Page)]
    [TestCase(200, "<title>Sign in to Contoso</title>", ProbeAnswer.Elsewhere)]
    [TestCase(404, "Not found", ProbeAnswer.Elsewhere)]
    [TestCase(403, "Forbidden", ProbeAnswer.Elsewhere)]
    [TestCase(500, "", ProbeAnswer.None)]
    [TestCase(502, "Bad gateway", ProbeAnswer.None)]
    public async Task Tells_a_page_of_Grafana_from_what_others_answer(int status, string body, ProbeAnswer expected)
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(status, body)) { OneByteAtATime = true };
        var (probe, detail) = await SendAsync(peer);
        Assert.That((probe.Answer, probe.Status, probe.AnsweredAt is null), Is.EqualTo((expected, status, expected == ProbeAnswer.None)));
        Assert.That(detail, expected == ProbeAnswer.Page ? Is.Empty : Does.Contain($"{status}"));
    }

    [Test]
    public async Task A_page_without_end_is_not_read_to_its_end()
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(200, "grafana" + new string(' ', 8 << 20)));
        Assert.That((await SendAsync(peer)).Probe.Answer, Is.EqualTo(ProbeAnswer.Page));
    }

    [Test]
    public async Task No_connection_and_a_broken_answer_are_no_answer()
    {
        await using var broken = new HttpPeer(_ => PeerAnswer.Break);
        var gone = new HttpPeer(_ => PeerAnswer.Silence);
        var url = gone.Url;
        await gone.DisposeAsync();
        Assert.Multiple(async () =>
        {
            Assert.That((await SendAsync(broken)).Probe.Answer, Is.EqualTo(ProbeAnswer.None));
            using var door = Door(url);
            var answer = await door.KnockAsync("a", default);
            Assert.That(answer.Answer, Is.EqualTo(ProbeAnswer.None));
            Assert.That(answer.Detail, Does.Contain("No connection"));
            Assert.That((await door.LookAsync(default)).Verdict, Is.EqualTo(HealthVerdict.NotAnswering));
        });
    }

    [Test]
    public async Task Silence_ends_with_the_timeout()
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Silence);
        using var door = Door(peer.Url);
        var knock = await time.PassPausesAsync(door.KnockAsync("a", default), TimeSpan.FromMinutes(1));
        var look = await time.PassPausesAsync(door.LookAsync(default), TimeSpan.FromMinutes(1));
        Assert.Multiple(() =>
        {
            Assert.That((knock.Answer, knock.Status), Is.EqualTo((ProbeAnswer.None, 0)));
            Assert.That(knock.Detail, Does.EndWith("did not answer within 10 s."));
            Assert.That((look.Verdict, look.At), Is.EqualTo((HealthVerdict.NotAnswering, time.GetUtcNow())));
        });
    }

    [Test]
    public void Cancelled_it_throws_and_makes_up_no_answer()
    {
        using var door = Door("http://127.0.0.1:9");
        Assert.That(async () => await door.KnockAsync("a", new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(200, """{"commit":"302d22780000","database":"ok","version":"12.4.0"}""", HealthVerdict.Up, "12.4.0")]
    [TestCase(503, """{"commit":"302d22780000","database":"failing","version":"12.4.0"}""", HealthVerdict.DatabaseFailing, "12.4.0")]
    [TestCase(503, """{"database":"failing"}""", HealthVerdict.DatabaseFailing, null)]
    [TestCase(503, "<h1>Service Unavailable</h1>", HealthVerdict.NotAnswering, null)]
    [TestCase(200, "<h1>It works</h1>", HealthVerdict.NotAnswering, null)]
    [TestCase(302, "", HealthVerdict.NotAnswering, null)]
    public async Task Tells_a_failing_database_from_an_outage(int status, string body, HealthVerdict verdict, string? version)
    {
        await using var peer = new HttpPeer(_ => new PeerAnswer(status, body));
        using var door = Door(peer.Url);
        var look = await door.LookAsync(default);
        Assert.That((look.Verdict, look.Version, look.Detail.Length > 0), Is.EqualTo((verdict, version, verdict != HealthVerdict.Up)));
        Assert.That(peer.Requests.Single().Line, Is.EqualTo("GET /api/health"));
    }

    [Test]
    public async Task Nonces_are_random()
    {
        await using var peer = new HttpPeer(_ => ToLogin("/login"));
        using var door = Door(peer.Url);
        var probe = new CoverageProbe(door, time);
        var nonces = new List<string> { (await probe.SendAsync(default)).Probe.Nonce, (await probe.SendAsync(default)).Probe.Nonce };
        Assert.That(nonces, Is.Unique.And.All.Match("^[0-9a-f]{16}$"));
    }

    private static PeerAnswer ToLogin(string location) => new(302, "", ("Location", location));

    private async Task<(ProbeRecord Probe, string Detail)> SendAsync(HttpPeer peer, string path = "")
    {
        using var door = Door(peer.Url + path);
        return await new CoverageProbe(door, time, () => "5f2c1a").SendAsync(default);
    }

    private AnonymousProbe Door(string url) =>
        new(new GrafanaClientOptions { Url = url, Daemon = "active-users", Token = "glsa_never_sent_00000000" }, time);
}
