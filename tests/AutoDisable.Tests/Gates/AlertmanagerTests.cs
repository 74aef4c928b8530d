using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Network;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Who rings is one setting, and the admins are mailed as without it while Alertmanager is away.</summary>
internal sealed class AlertmanagerTests : GateScenario
{
    private AlertBoard? board;

    [TearDown]
    public void Close() => board?.Dispose();

    [Test]
    public async Task In_place_of_the_mail_it_is_told_of_a_trouble_when_it_lasts_and_of_its_end()
    {
        await StartAsync(isAlone: true);
        World.IsDown = true;
        await SettleAsync();
        Assert.That(Ringing(), Is.Empty, "a restart is nothing to wake anybody for");
        Time.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync();
        var alert = Ringing().Single();
        Assert.Multiple(() =>
        {
            Assert.That((alert.Name, alert.Severity), Is.EqualTo(("AthenaGrafanaDown", Severity.Critical)));
            Assert.That(alert.Summary, Is.EqualTo("Athena: new accounts may NOT be disabled, Grafana does not answer the daemon"));
            Assert.That(alert.Since, Is.EqualTo(Daemon.Troubles.Present.Single().Since));
            Assert.That(Disk.Waiting, Is.Empty);
        });

        await StartAsync(isAlone: true);
        Assert.That(Ringing(), Has.Count.EqualTo(1), "after a restart");
        World.IsDown = false;
        await SettleAsync();
        Assert.That((Ringing().Count, Disk.Waiting.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Beside_the_mail_both_are_told()
    {
        await StartAsync(isAlone: false);
        World.IsDown = true;
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync();
        Assert.That((Ringing().Count, Disk.Waiting.Count), Is.EqualTo((1, 1)));
        Assert.That(Disk.Waiting.Values.Single().Text, Does.Not.Contain("Alertmanager"));
    }

    [Test]
    public async Task While_it_is_away_the_admins_are_mailed_and_told_why_and_of_the_end()
    {
        await StartAsync(isAlone: true);
        World.IsDown = true;
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync();
        board!.Note("no connection to alerts.example (ConnectionError)");
        Time.Advance(AlertBoard.Patience);
        await SettleAsync();
        var mail = Disk.Waiting.Values.Single();
        Assert.That(mail.Subject, Does.StartWith("ACTION NEEDED: new accounts may NOT be disabled"));
        Assert.That(mail.Text, Does.Contain("Takes no alerts, so this comes by mail: no connection to"));
        Disk.Deliver();
        World.IsDown = false;
        await SettleAsync();
        Assert.That(Disk.Waiting.Values.Single().Subject, Does.StartWith("Resolved after "));
    }

    [Test]
    public async Task Where_it_is_taken_out_of_the_settings_the_admins_are_mailed_of_what_it_rang_for()
    {
        await StartAsync(isAlone: true);
        World.IsDown = true;
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync();
        await StartAsync(isAlone: null);
        Assert.That(Disk.Waiting.Values.Single().Subject, Does.StartWith("ACTION NEEDED: new accounts may NOT be disabled"));
    }

    [Test]
    public void Each_kind_that_is_told_as_a_trouble_has_a_name_of_which_the_runbook_has_words()
    {
        var runbook = File.ReadAllLines(Repository.PathOf("docs/runbook.md"));
        var kinds = Enum.GetValues<TroubleKind>().Where(kind => TroubleText.Of(kind).Patience is not null).ToList();
        Assert.That(kinds, Has.Count.GreaterThan(10));

        // The daemon that tells of it has ended: that goes by mail in any case.
        foreach (var kind in kinds.Where(kind => kind != TroubleKind.StateUnreadable))
            Assert.That(runbook, Has.One.EqualTo($"### {TroubleText.NameOf(kind)}"), $"{kind}");
    }

    private async Task StartAsync(bool? isAlone)
    {
        board?.Dispose();
        board = isAlone is { } alone
            ? new AlertBoard(
                new AlertmanagerSettings(alone, new AlertmanagerAddress(new Uri("http://127.0.0.1:9093")), "r", "default", "host1"), Time)
            : null;
        Build(board: board);
        await SettleAsync();
    }

    private IReadOnlyList<StandingAlert> Ringing()
    {
        Daemon.Troubles.Show("Athena");
        return board?.Shown ?? [];
    }
}
