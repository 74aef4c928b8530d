using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Health;
using Athena.Common.Network;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>Who rings is one setting, and nobody is left without a ring because Alertmanager is away.</summary>
internal sealed class AlertmanagerTests
{
    private readonly CrashPoint crash = new();
    private ManualTime time = null!;
    private SimulatedDisk disk = null!;
    private SimulatedAudit audit = null!;
    private SimulatedChat chat = null!;
    private SimulatedGrafana grafana = null!;
    private AlertBoard? board;
    private SimulatedDaemon daemon = null!;

    [SetUp]
    public void Open()
    {
        time = new ManualTime(Some.Six);
        disk = new SimulatedDisk(crash);
        audit = new SimulatedAudit(crash);
        chat = new SimulatedChat(new Random(1), crash) { IsWell = true };
        grafana = new SimulatedGrafana(new Random(1), crash, time);
    }

    [TearDown]
    public void Close() => board?.Dispose();

    [Test]
    public async Task In_place_of_the_chat_it_is_told_what_begins_and_what_is_over()
    {
        Start(isAlone: true);
        grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        var (name, severity) = Ringing().Select(alert => (alert.Name, alert.Severity)).Single();
        Assert.That((name, severity), Is.EqualTo(("AthenaGrafanaDown", Severity.Critical)));
        Assert.That(audit.Entries.Single(entry => entry.Event == "alert").Facts["told"], Is.EqualTo("Alertmanager"));
        Start(isAlone: true);
        Assert.That(Ringing(), Has.Count.EqualTo(1), "after a restart before anything was looked at");
        grafana.Health = HealthVerdict.Up;
        await PassAsync(3);
        Assert.That(Ringing(), Is.Empty);
        Assert.That(Told(), Is.Empty);
    }

    [Test]
    public async Task Beside_the_chat_both_are_told()
    {
        Start(isAlone: false);
        grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        Assert.That(Ringing(), Has.Count.EqualTo(1));
        grafana.Health = HealthVerdict.Up;
        await PassAsync(3);
        Assert.That(Ringing(), Is.Empty);
        Assert.That(Told(), Has.One.StartsWith("CRITICAL").And.One.StartsWith("OVER"));
    }

    [Test]
    public async Task While_it_is_away_the_chat_is_told_why_and_of_everything_and_of_each_end()
    {
        Start(isAlone: true);
        grafana.FailedLogins = 50;
        await PassAsync(3);
        Assert.That(Told(), Is.Empty);
        board!.Note("no connection to alerts.example (ConnectionError)");
        await PassAsync(4);
        Assert.That(Told(), Is.Empty, "it may be restarted");
        await PassAsync(3);
        Assert.That(Told(), Is.EqualTo(new[]
        {
            "CRITICAL · Athena: Alertmanager takes no alerts", "WARNING · Athena: many failed logins",
        }));
        Assert.That(
            chat.Seen[^2][1], Does.EndWith("it has taken nothing since 06:03 SAST: no connection to alerts.example (ConnectionError)"));
        grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        Assert.That(Told()[2], Is.EqualTo("CRITICAL · Athena: Grafana does not answer"));

        board.Note(null);
        (grafana.FailedLogins, grafana.Health) = (0, HealthVerdict.Up);
        await PassAsync(8);
        Assert.That(Told().Skip(3), Is.EquivalentTo(new[]
        {
            "OVER · Athena: Alertmanager takes alerts again", "OVER · Athena: few failed logins again",
            "OVER · Athena: Grafana answers again",
        }));
        grafana.IsLogSeen = false;
        await PassAsync(12);
        Assert.That(Told(), Has.Count.EqualTo(6), "it rings alone again");
        Assert.That(Ringing().Select(alert => alert.Name), Is.EqualTo(new[] { "AthenaLogNotSeen" }));
    }

    [Test]
    public async Task Where_it_is_taken_out_of_the_settings_the_chat_is_told_of_what_it_rang_for()
    {
        Start(isAlone: true);
        grafana.Health = HealthVerdict.DatabaseFailing;
        await PassAsync(3);
        Start(isAlone: null);
        await PassAsync(2);
        Assert.That(Told(), Is.EqualTo(new[] { "CRITICAL · Athena: Grafana's database does not answer" }));
    }

    [Test]
    public async Task What_begins_while_alerts_are_silenced_rings_when_that_is_over_and_what_rang_before_rings_on()
    {
        Start(isAlone: true);
        grafana.FailedLogins = 50;
        await PassAsync(3);
        daemon.Alerts.Silence(new Silence(time.GetUtcNow(), time.GetUtcNow().AddMinutes(10), "x", "y"));
        grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(5);
        Assert.That(Ringing().Select(alert => alert.Name), Is.EqualTo(new[] { "AthenaManyFailedLogins" }));
        await PassAsync(8);
        Assert.That(Ringing().Select(alert => alert.Name), Is.EqualTo(new[] { "AthenaManyFailedLogins", "AthenaGrafanaDown" }));
        Assert.That(Told(), Is.Empty);
    }

    [Test]
    public void Each_kind_has_a_name_of_which_the_runbook_has_words()
    {
        var runbook = File.ReadAllLines(Repository.PathOf("docs/runbook.md"));
        AlertKind[] never = [AlertKind.VersionChanged, AlertKind.AlertmanagerSilent];
        foreach (var kind in Enum.GetValues<AlertKind>().Except(never))
            Assert.That(runbook, Has.One.EqualTo($"### {AlertText.NameOf(kind)}"), $"{kind}");
    }

    private void Start(bool? isAlone)
    {
        board?.Dispose();
        board = isAlone is { } alone
            ? new AlertBoard(
                new AlertmanagerSettings(alone, new AlertmanagerAddress(new Uri("http://127.0.0.1:9093")), "r", "default", "host1"), time)
            : null;
        daemon = SimulatedDaemon.Start(grafana, disk, chat, audit, time, board: board);
        daemon.Cycle.Begin();
    }

    private async Task PassAsync(int minutes)
    {
        for (var i = 0; i < minutes * 6; i++)
        {
            await daemon.StepAsync();
            time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private IReadOnlyList<StandingAlert> Ringing() => board?.Shown ?? [];

    /// <summary>Of alerts; the pulses come in any case.</summary>
    private List<string> Told() =>
    [
        .. chat.Seen.Select(rows => rows[0]).Where(row => row.Split(' ')[0] is "CRITICAL" or "WARNING" or "OVER"),
    ];
}
