using System.Diagnostics;
using Athena.Common.Network;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.Notify.Alertmanager;

/// <summary>The same with Debian's Alertmanager: whom it rings, and how often.</summary>
public sealed class RealAlertmanagerTests
{
    private TemporaryDirectory folder = null!;
    private AlertmanagerServer server = null!;

    [SetUp]
    public async Task Start_it()
    {
        folder = new TemporaryDirectory();
        server = await AlertmanagerServer.StartAsync(folder);
    }

    [TearDown]
    public async Task Stop_it()
    {
        if (server is not null) await server.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task An_alert_arrives_once_survives_both_and_comes_back_resolved()
    {
        var since = DateTimeOffset.UtcNow.AddMinutes(-1);
        var alert = new StandingAlert("AthenaGrafanaDown", Severity.Critical, since, "Athena: Grafana does not answer", "Look.");
        using (var first = Start(TimeProvider.System))
        {
            await first.TellAsync([alert]);
            await first.TellAsync([alert]);
            await RungAsync("firing AthenaGrafanaDown");
            await server.EndAsync();
            await first.TellAsync([alert]);
            await server.BeginAsync();
            Assert.That(await server.FiringAsync(), Is.Empty, "it forgets");
            await first.TellAsync([alert]);
            Assert.That(await server.FiringAsync(), Has.Count.EqualTo(1));
        }

        // What dies says nothing of an end.
        using var second = Start(TimeProvider.System);
        await second.TellAsync([alert]);
        var firing = await server.FiringAsync();
        Assert.That(firing, Has.Count.EqualTo(1));
        Assert.That(DateTimeOffset.Parse($"{firing[0]["startsAt"]}"), Is.EqualTo(since).Within(TimeSpan.FromMilliseconds(1)));
        await second.TellAsync([]);
        await RungAsync("firing AthenaGrafanaDown", "resolved AthenaGrafanaDown");
        Assert.That(await server.FiringAsync(), Is.Empty);
    }

    [Test]
    public async Task Of_a_daemon_that_is_never_heard_of_again_nothing_rings_for_ever()
    {
        // By its clock what it says last is over in a few seconds.
        var past = new ManualTime(DateTimeOffset.UtcNow - AlertRelay.Lasting + TimeSpan.FromSeconds(4));
        using (var daemon = Start(past))
            await daemon.TellAsync(
                [new StandingAlert("AthenaSignedOut", Severity.Critical, past.GetUtcNow().AddMinutes(-1), "Athena: signed out", "Look.")]);
        await RungAsync("firing AthenaSignedOut", "resolved AthenaSignedOut");
    }

    private Teller Start(TimeProvider time) => new(server.Url, time);

    private async Task RungAsync(params string[] told)
    {
        for (var began = Stopwatch.GetTimestamp(); !server.Rung.SequenceEqual(told); await Task.Delay(20))
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60)) Assert.That(server.Rung, Is.EqualTo(told));
    }

    private sealed class Teller : IDisposable
    {
        private readonly AlertBoard board;
        private readonly AlertRelay relay;

        public Teller(Uri url, TimeProvider time)
        {
            var settings = new AlertmanagerSettings(
                IsAlone: true, new AlertmanagerAddress(url), "https://wiki.example/runbook", "default", "host1");
            board = new AlertBoard(settings, time);
            relay = new AlertRelay(board, settings, "grafana-test", NullLogger<AlertRelay>.Instance, time);
        }

        public Task TellAsync(IReadOnlyList<StandingAlert> alerts)
        {
            board.Show(alerts);
            return relay.TellAsync(default);
        }

        public void Dispose()
        {
            relay.Dispose();
            board.Dispose();
        }
    }
}
