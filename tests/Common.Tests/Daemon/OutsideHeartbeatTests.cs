using Athena.Common.Daemon;
using Athena.Common.Network;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Tests.Grafana.Api;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Daemon;

/// <summary>A sign of life to somebody outside, against a real HTTP server.</summary>
public sealed class OutsideHeartbeatTests
{
    private const string Secret = "0d9b3c7e-secret";

    private readonly ManualTime time = new(new DateTimeOffset(2026, 11, 21, 4, 0, 0, TimeSpan.Zero));
    private readonly List<string> journal = [];

    [Test]
    public async Task It_is_asked_while_the_daemon_does_its_work()
    {
        await using HttpPeer peer = new(_ => new PeerAnswer(200, "OK"));
        var (beating, status, _) = Start(peer.Url);
        status.Say("Every new account is locked.");
        await beating.BeatAsync(default);
        Assert.That(peer.Requests.Single().Line, Is.EqualTo($"GET /ping/{Secret}"));
        Assert.That(journal, Is.Empty);
    }

    [Test]
    public async Task What_fails_for_more_than_a_moment_is_told_with_the_sentence_and_so_is_its_end()
    {
        await using HttpPeer peer = new(_ => new PeerAnswer(200, "OK"));
        var (beating, status, _) = Start(peer.Url);
        status.Say("New accounts are NOT being disabled: signed out of Grafana.", isAtWork: false);
        await beating.BeatAsync(default);
        Assert.That(peer.Requests, Is.Empty);
        await beating.BeatAsync(default);
        status.Say("Every new account is locked.");
        await beating.BeatAsync(default);
        Assert.That(
            peer.Requests.Select(request => request.Line), Is.EqualTo(new[] { $"POST /ping/{Secret}/fail", $"GET /ping/{Secret}" }));
        Assert.That(peer.Requests.First().Body, Is.EqualTo("New accounts are NOT being disabled: signed out of Grafana."));
    }

    [Test]
    public async Task Of_a_loop_that_hangs_there_is_none()
    {
        await using HttpPeer peer = new(_ => new PeerAnswer(200, "OK"));
        var (beating, _, loop) = Start(peer.Url);
        time.Advance(Watchdog.Patience);
        await beating.BeatAsync(default);
        Assert.That(peer.Requests, Is.Empty);
        loop.Beat();
        await beating.BeatAsync(default);
        Assert.That(peer.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_is_not_taken_is_said_once_without_the_address_and_so_is_its_end()
    {
        var status = 404;
        await using HttpPeer peer = new(_ => new PeerAnswer(status, "not here"));
        var (beating, _, _) = Start(peer.Url);
        await beating.BeatAsync(default);
        await beating.BeatAsync(default);
        status = 200;
        await beating.BeatAsync(default);
        Assert.That(journal, Is.EqualTo(new[]
        {
            $"The sign of life was not taken: 127.0.0.1:{peer.Port} answers HTTP 404.",
            $"127.0.0.1:{peer.Port} takes the sign of life again.",
        }));
    }

    [TestCase("http://127.0.0.1:1/ping/0d9b3c7e-secret", "no connection to 127.0.0.1:1 (")]
    [TestCase("https://no-such-host.invalid/ping/0d9b3c7e-secret", "the name no-such-host.invalid cannot be resolved: check HEARTBEAT_URL")]
    public async Task Nobody_there_is_a_sentence_without_the_address(string url, string beginning)
    {
        using HeartbeatAddress address = new(new Uri(url), TimeProvider.System);
        Assert.That(await address.SendAsync(null, default), Does.StartWith(beginning).And.Not.Contain("secret").And.Not.Contain("ping"));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        await using HttpPeer other = new(_ => new PeerAnswer(200, "OK"));
        await using HttpPeer peer = new(_ => new PeerAnswer(302, "", ("Location", other.Url)));
        using HeartbeatAddress address = new(new Uri(peer.Url), TimeProvider.System);
        Assert.That(await address.SendAsync(null, default), Is.EqualTo($"{address.Place} answers HTTP 302"));
        Assert.That(other.Requests, Is.Empty);
    }

    [TestCase("https://hc.example.org/ping/0d9b3c7e-secret", true)]
    [TestCase("http://10.0.0.7:8000/ping/0d9b3c7e-secret", true)]
    [TestCase("hc.example.org/ping/0d9b3c7e-secret", false)]
    [TestCase("https://me:pw@hc.example.org/0d9b3c7e-secret", false)]
    public void The_setting_is_an_address_and_is_never_shown(string text, bool isGood)
    {
        SettingsReader reader = new(new SettingsSource(new Dictionary<string, string> { ["HEARTBEAT_URL"] = text }, null));
        var heartbeat = CommonSettings.Read(reader, new WorkerIdentity("grafana-test", "test", "Tests.")).Heartbeat;
        Assert.That((heartbeat is not null, reader.Problems.Count), Is.EqualTo((isGood, isGood ? 0 : 1)));
        Assert.That(string.Join('\n', reader.Problems), Does.Not.Contain("secret"));
    }

    private (OutsideHeartbeat Beating, ServiceStatus Status, Heartbeat Loop) Start(string url)
    {
        var (status, loop) = (new ServiceStatus(SdNotify.FromEnvironment()), new Heartbeat(time));
        return (
            new OutsideHeartbeat(new Uri($"{url}/ping/{Secret}"), status, loop, new ListLogger<OutsideHeartbeat>(journal), time), status,
            loop);
    }
}
