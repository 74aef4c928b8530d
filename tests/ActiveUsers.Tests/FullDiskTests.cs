using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Daemon.Control;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>
/// A disk that refuses: the pulse falls silent, and people must hear why from somewhere else than a journal that nobody reads.
/// </summary>
internal sealed class FullDiskTests
{
    private readonly ManualTime time = new(Some.Six);

    [Test]
    public async Task Is_told_in_the_chat_once_with_since_when_and_so_is_its_end()
    {
        var crash = new CrashPoint();
        var disk = new SimulatedDisk(crash);
        var chat = new SimulatedChat(new Random(1), crash) { IsWell = true };
        var grafana = new SimulatedGrafana(new Random(1), crash, time);
        var audit = new SimulatedAudit(crash);
        var daemon = SimulatedDaemon.Start(grafana, disk, chat, audit, time);
        daemon.Cycle.Begin();
        await LiveAsync(5);
        disk.IsFull = true;
        await LiveAsync(40);
        var silenced = new Commands(daemon.Alerts, daemon.Ways.Outbox, daemon.Memory, Some.Zone, time).Execute(
            new ControlRequest("silence", new Dictionary<string, string> { ["for"] = "1s", ["reason"] = "a test", ["by"] = "root" }));
        var whileFull = chat.Seen.Select(rows => string.Join('\n', rows)).ToList();
        disk.IsFull = false;
        await LiveAsync(20);
        var after = chat.Seen.Skip(whileFull.Count).Select(rows => string.Join('\n', rows)).ToList();

        Assert.Multiple(() =>
        {
            Assert.That(silenced.Text, Does.EndWith(
                "That is done, and is not on disk: full. Make room on that disk: the daemon then writes it by itself, and nothing has to "
                + "be repeated. Do not restart it before, which would forget it.\n"));
            Assert.That(
                whileFull.Count(text => text.Contains("the pulse cannot save its state", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(
                whileFull[^1], Does.Contain("since 06:06 SAST: full").And.Contain("No pulse is sent meanwhile").And.Contain("df -h"));
            Assert.That(after[0], Does.StartWith("OVER · Athena: the pulse is written down and sent again").And.Contain("after "));
            Assert.That(after.Skip(1), Has.Some.Contains("None sent "), "and the next pulse says for which time there was none");
            Assert.That(audit.Entries.Count(entry => entry.Case == nameof(AlertKind.MemoryNotWritten)), Is.EqualTo(2));
        });

        async Task LiveAsync(int minutes)
        {
            for (var i = 0; i < minutes * 2; i++)
            {
                await daemon.Cycle.StepAsync(CancellationToken.None);
                time.Advance(TimeSpan.FromSeconds(30));
            }
        }
    }
}
