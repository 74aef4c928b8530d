using System.Text.Json;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Health;
using Athena.Common.State.Backups;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>A backup made while an outage had been met by one look and not yet by the second, that tells of it.</summary>
internal sealed class RestoredAlertTests
{
    private readonly CrashPoint crash = new();
    private ManualTime time = null!;
    private SimulatedDisk disk = null!;
    private SimulatedChat chat = null!;
    private SimulatedGrafana grafana = null!;

    [Test]
    public async Task An_alert_that_was_told_after_the_backup_says_that_it_was_perhaps_told_already()
    {
        time = new ManualTime(Some.Six);
        var random = new Random(1);
        disk = new SimulatedDisk(crash);
        chat = new SimulatedChat(random, crash) { IsWell = true };
        grafana = new SimulatedGrafana(random, crash, time);
        var cycle = Start();
        await PassAsync(cycle, minutes: 3);
        grafana.Health = HealthVerdict.NotAnswering;
        while (disk.Load().Alerts.Grafana.PendingSince is null) await PassAsync(cycle, minutes: 1);
        var (backup, at) = (disk.Load(), time.GetUtcNow());
        await PassAsync(cycle, minutes: 5);
        Assert.That(Told(), Has.Count.EqualTo(1).And.None.Contains("Perhaps said already"));

        ActiveUsersRestore.Adopt(backup, new RestoredFrom(at, time.GetUtcNow()));
        disk.File = JsonSerializer.Serialize(backup, ActiveUsersStateJson.Default.ActiveUsersState);
        await PassAsync(Start(), minutes: 5);
        Assert.That(Told(), Has.Count.EqualTo(2).And.One.Contains("Perhaps said already"));
    }

    private List<string> Told() =>
        [.. chat.Seen.Select(rows => string.Join(' ', rows)).Where(text => text.Contains("does not answer", StringComparison.Ordinal))];

    private ActiveUsersCycle Start()
    {
        var audit = new SimulatedAudit(crash);
        var cycle = SimulatedDaemon.Start(grafana, disk, chat, audit, time).Cycle;
        cycle.Begin();
        return cycle;
    }

    private async Task PassAsync(ActiveUsersCycle cycle, int minutes)
    {
        for (var i = 0; i < minutes; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            for (var step = 0; step < 15; step++) await cycle.StepAsync(CancellationToken.None);
        }
    }
}
