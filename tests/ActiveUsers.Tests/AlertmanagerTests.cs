using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Health;
using Athena.Common.Network;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>Who rings is one setting, and nobody is left without a ring because Alertmanager is away.</summary>
internal sealed class AlertmanagerTests : AlertScenario
{
    private AlertBoard? board;

    [TearDown]
    public void Close() => board?.Dispose();

    [Test]
    public async Task In_place_of_the_chat_it_is_told_what_begins_and_what_is_over()
    {
        Start(isAlone: true);
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        var (name, severity) = Ringing().Select(alert => (alert.Name, alert.Severity)).Single();
        Assert.That((name, severity), Is.EqualTo(("AthenaGrafanaDown", Severity.Critical)));
        Assert.That(Audit.Entries.Single(entry => entry.Event == "alert").Facts["told"], Is.EqualTo("Alertmanager"));
        Start(isAlone: true);
        Assert.That(Ringing(), Has.Count.EqualTo(1), "after a restart before anything was looked at");
        Grafana.Health = HealthVerdict.Up;
        await PassAsync(3);
        Assert.That(Ringing(), Is.Empty);
        Assert.That(Told(), Is.Empty);
    }

    [Test]
    public async Task Beside_the_chat_both_are_told()
    {
        Start(isAlone: false);
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        Assert.That(Ringing(), Has.Count.EqualTo(1));
        Grafana.Health = HealthVerdict.Up;
        await PassAsync(3);
        Assert.That(Ringing(), Is.Empty);
        Assert.That(Told(), Has.One.StartsWith("CRITICAL").And.One.StartsWith("OVER"));
    }

    [Test]
    public async Task While_it_is_away_the_chat_is_told_why_and_of_everything_and_of_each_end()
    {
        Start(isAlone: true);
        Grafana.FailedLogins = 50;
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
            Chat.Seen[^2][1], Does.EndWith("it has taken nothing since 06:03 SAST: no connection to alerts.example (ConnectionError)"));
        Grafana.Health = HealthVerdict.NotAnswering;
        await PassAsync(3);
        Assert.That(Told()[2], Is.EqualTo("CRITICAL · Athena: Grafana does not answer"));

        board.Note(null);
        (Grafana.FailedLogins, Grafana.Health) = (0, HealthVerdict.Up);
        await PassAsync(8);
        Assert.That(Told().Skip(3), Is.EquivalentTo(new[]
        {
            "OVER · Athena: Alertmanager takes alerts again", "OVER · Athena: few failed logins again",
            "OVER · Athena: Grafana answers again",
        }));
        Grafana.IsLogSeen = false;
        await PassAsync(12);
        Assert.That(Told(), Has.Count.EqualTo(6), "it rings alone again");
        Assert.That(Ringing().Select(alert => alert.Name), Is.EqualTo(new[] { "AthenaLogNotSeen" }));
    }

    [Test]
    public async Task Where_it_is_taken_out_of_the_settings_the_chat_is_told_of_what_it_rang_for()
    {
        Start(isAlone: true);
        Grafana.Health = HealthVerdict.DatabaseFailing;
        await PassAsync(3);
        Start(isAlone: null);
        await PassAsync(2);
        Assert.That(Told(), Is.EqualTo(new[] { "CRITICAL · Athena: Grafana's database does not answer" }));
    }

    [Test]
    public async Task What_begins_while_alerts_are_silenced_rings_when_that_is_over_and_what_rang_before_rings_on()
    {
        Start(isAlone: true);
        Grafana.FailedLogins = 50;
        await PassAsync(3);
        Daemon.Alerts.Silence(new Silence(Time.GetUtcNow(), Time.GetUtcNow().AddMinutes(10), "x", "y"));
        Grafana.Health = HealthVerdict.NotAnswering;
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
                new AlertmanagerSettings(alone, new AlertmanagerAddress(new Uri("http://127.0.0.1:9093")), "r", "default", "host1"), Time)
            : null;
        Run(board: board);
    }

    private IReadOnlyList<StandingAlert> Ringing() => board?.Shown ?? [];

    /// <summary>Of alerts; the pulses come in any case.</summary>
    private List<string> Told() =>
    [
        .. Chat.Seen.Select(rows => rows[0]).Where(row => row.Split(' ')[0] is "CRITICAL" or "WARNING" or "OVER"),
    ];
}
