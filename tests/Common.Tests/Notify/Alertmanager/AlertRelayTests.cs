using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Network;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Tests.Grafana.Api;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify.Alertmanager;

/// <summary>What is wrong as it is told to Alertmanager, by a real HTTP server in its place.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AlertRelayTests
{
    private const string Secret = "s3cret-of-the-lab";

    private readonly ManualTime time = new(new DateTimeOffset(2026, 11, 21, 4, 0, 0, TimeSpan.Zero));
    private readonly List<string> journal = [];
    private PeerAnswer answer = new(200, "");

    private static StandingAlert Down(DateTimeOffset since) =>
        new("AthenaGrafanaDown", Severity.Critical, since, "Athena: Grafana does not answer", "Nobody can see a dashboard.");

    [Test]
    public async Task What_holds_is_told_again_and_its_end_once()
    {
        await using var peer = Peer();
        using var parts = Start(peer.Url);
        await parts.Relay.TellAsync(default);
        Assert.That(peer.Requests, Is.Empty, "nobody has looked yet");

        var since = time.GetUtcNow().AddMinutes(-1);
        parts.Board.Show([Down(since)]);
        await parts.Relay.TellAsync(default);
        time.Advance(AlertRelay.Interval);
        await parts.Relay.TellAsync(default);
        parts.Board.Show([]);
        time.Advance(TimeSpan.FromSeconds(3));
        await parts.Relay.TellAsync(default);
        await parts.Relay.TellAsync(default);

        var told = peer.Requests.Select(request => JsonNode.Parse(request.Body)!.AsArray()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(peer.Requests.Select(request => request.Line), Is.All.EqualTo("POST /api/v2/alerts"));
            Assert.That(told[0].ToJsonString(), Is.EqualTo(
                """[{"labels":{"alertname":"AthenaGrafanaDown","severity":"critical","daemon":"grafana-test","tenant_id":"default","""
                + """
                  "instance":"host1"},"annotations":{"summary":"Athena: Grafana does not answer",
                  """.Trim()
                + """
                  "description":"Nobody can see a dashboard.","runbook_url":"https://wiki.example/runbook#athenagrafanadown"},
                  """.Trim()
                + """
                  "startsAt":"2026-11-21T03:59:00.000Z","endsAt":"2026-11-21T04:05:00.000Z"}]
                  """.Trim()));
            Assert.That(told.Select(list => list is [var one] ? $"{one!["endsAt"]}" : "none"), Is.EqualTo(new[]
            {
                "2026-11-21T04:05:00.000Z", "2026-11-21T04:05:30.000Z", "2026-11-21T04:00:33.000Z", "none",
            }));
            Assert.That(journal, Is.Empty);
        });
    }

    [Test]
    public async Task An_end_that_was_not_taken_is_told_until_it_is_with_the_time_when_it_was()
    {
        await using var peer = Peer();
        using var parts = Start(peer.Url);
        parts.Board.Show([Down(time.GetUtcNow())]);
        await parts.Relay.TellAsync(default);
        answer = new PeerAnswer(503, "");
        time.Advance(TimeSpan.FromMinutes(1));
        parts.Board.Show([]);
        await parts.Relay.TellAsync(default);
        answer = new PeerAnswer(200, "");
        time.Advance(TimeSpan.FromMinutes(1));
        await parts.Relay.TellAsync(default);
        Assert.That($"{JsonNode.Parse(peer.Requests.Last().Body)![0]!["endsAt"]}", Is.EqualTo("2026-11-21T04:01:00.000Z"));
    }

    [Test]
    public async Task For_a_clock_that_is_ahead_of_ours_an_alert_is_not_over_before_it_rings()
    {
        await using var peer = Peer();
        answer = new PeerAnswer(200, "", ("Date", "Sat, 21 Nov 2026 05:00:00 GMT"));
        using var parts = Start(peer.Url);
        parts.Board.Show([Down(time.GetUtcNow())]);
        await parts.Relay.TellAsync(default);
        await parts.Relay.TellAsync(default);
        Assert.That($"{JsonNode.Parse(peer.Requests.Last().Body)![0]!["endsAt"]}", Is.EqualTo("2026-11-21T05:05:00.000Z"));
    }

    [Test]
    public async Task After_five_minutes_without_it_others_ring_until_it_takes_alerts_again_and_the_journal_has_both_once()
    {
        await using var peer = Peer();
        using var parts = Start(peer.Url);
        answer = new PeerAnswer(500, "");
        parts.Board.Show([]);
        await parts.Relay.TellAsync(default);
        Assert.That((parts.Board.IsAlone, parts.Board.Silence), Is.EqualTo((true, (AlertmanagerSilence?)null)), "it may be restarted");
        time.Advance(AlertBoard.Patience);
        await parts.Relay.TellAsync(default);
        Assert.That(parts.Board.IsAlone, Is.False);
        Assert.That(parts.Board.Silence!.Since, Is.EqualTo(time.GetUtcNow() - AlertBoard.Patience));
        Assert.That(parts.Board.Sentence(at => $"{at:HH:mm}"), Does.EndWith(
            $"takes nothing since 04:00: 127.0.0.1:{peer.Port} answers HTTP 500; alerts go by chat and mail"));
        answer = new PeerAnswer(200, "");
        await parts.Relay.TellAsync(default);
        Assert.That((parts.Board.IsAlone, parts.Board.Silence), Is.EqualTo((true, (AlertmanagerSilence?)null)));
        Assert.That(journal, Is.EqualTo(new[]
        {
            $"Alertmanager did not take the alerts: 127.0.0.1:{peer.Port} answers HTTP 500.",
            $"Alertmanager at 127.0.0.1:{peer.Port} takes alerts again.",
        }));
    }

    [Test]
    public async Task What_it_wants_to_be_shown_is_shown_to_it_and_said_nowhere([Values] bool isToken)
    {
        await using var peer = Peer();
        answer = new PeerAnswer(401, $"wrong: {Secret}");
        using var parts = Start(
            peer.Url, address => isToken ? address with { Token = Secret } : address with { User = "athena", Password = Secret });
        parts.Board.Show([]);
        await parts.Relay.TellAsync(default);
        time.Advance(AlertBoard.Patience);
        var report = new CheckReport();
        await AlertmanagerCheck.RunAsync(report, parts.Settings, time, default);
        Assert.Multiple(() =>
        {
            Assert.That(peer.Requests.Select(request => request.Header("Authorization")), Is.All.EqualTo(
                isToken ? $"Bearer {Secret}" : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"athena:{Secret}"))}"));
            Assert.That(report.ToText(false), Does.StartWith("warning ").And.Contain("ALERTMANAGER_TOKEN"));
            Assert.That(
                string.Join('\n', journal) + report.ToText(false) + parts.Board.Sentence(at => $"{at}") + parts.Settings,
                Does.Not.Contain(Secret));
        });
    }

    [TestCase(200, """{"versionInfo":{"version":"0.28.1"},"cluster":{}}""", "ok      Alertmanager: 127.0.0.1:PORT, version 0.28.1")]
    [TestCase(200, "<html>a proxy</html>", "warning Alertmanager: what answers at 127.0.0.1:PORT is none")]
    [TestCase(404, "", "warning Alertmanager: 127.0.0.1:PORT answers HTTP 404: is ALERTMANAGER_URL what")]
    public async Task A_check_says_whether_it_would_take_alerts(int status, string body, string line)
    {
        await using var peer = Peer();
        answer = new PeerAnswer(status, body);
        using var parts = Start(peer.Url + "/alerts");
        var report = new CheckReport();
        await AlertmanagerCheck.RunAsync(report, parts.Settings, time, default);
        Assert.That(report.ToText(false), Does.StartWith(line.Replace("PORT", $"{peer.Port}", StringComparison.Ordinal)));
        Assert.That(peer.Requests.Single().Line, Is.EqualTo("GET /alerts/api/v2/status"));
    }

    [Test]
    public async Task Nobody_there_is_no_fault()
    {
        var peer = Peer();
        await peer.DisposeAsync();
        using var parts = Start(peer.Url);
        parts.Board.Show([]);
        await parts.Relay.TellAsync(default);
        Assert.That(journal.Single(), Is.EqualTo(
            $"Alertmanager did not take the alerts: no connection to 127.0.0.1:{peer.Port} (ConnectionError)."));
    }

    private HttpPeer Peer() => new(_ => answer);

    private Parts Start(string url, Func<AlertmanagerAddress, AlertmanagerAddress>? shown = null)
    {
        var address = new AlertmanagerAddress(new Uri(url));
        var settings = new AlertmanagerSettings(
            IsAlone: true, shown?.Invoke(address) ?? address, "https://wiki.example/runbook", "default", "host1");
        var board = new AlertBoard(settings, time);
        return new Parts(board, new AlertRelay(board, settings, "grafana-test", new ListLogger<AlertRelay>(journal), time), settings);
    }

    private sealed record Parts(AlertBoard Board, AlertRelay Relay, AlertmanagerSettings Settings) : IDisposable
    {
        public void Dispose()
        {
            Relay.Dispose();
            Board.Dispose();
        }
    }
}
