using System.Text.Json.Nodes;
using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Time;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>Taking over from somebody else who told the chat meanwhile.</summary>
internal sealed class MigrationPlanTests
{
    [Test]
    public async Task What_somebody_else_told_is_neither_told_again_nor_told_as_missed()
    {
        var (time, crash, random) = (new ManualTime(Some.Six.AddDays(9).AddMinutes(7)), new CrashPoint(), new Random(1));
        var disk = new SimulatedDisk(crash);
        disk.TryCompact(new ActiveUsersState { HandledTo = Some.Six, Unsent = new Window(Some.Six.AddHours(-1), Some.Six) }, out _);
        var chat = new SimulatedChat(random, crash) { IsWell = true };

        Start().Cycle.BeginAnew();
        var daemon = Start();
        daemon.Cycle.Begin();
        for (var i = 0; i < 60; i++)
        {
            await daemon.Cycle.StepAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.That(chat.Seen.Select(rows => rows[1]), Has.One.Contains("06:00–06:15"));
        Assert.That(chat.Seen.SelectMany(rows => rows), Has.None.Contains("None sent"));

        SimulatedDaemon Start() =>
            SimulatedDaemon.Start(new SimulatedGrafana(random, crash, time), disk, chat, new SimulatedAudit(crash), time);
    }

    [TestCase("""{"handledTo":"2026-11-21T06:00:00Z","dryRun":false}""", null)]
    [TestCase("""{"handledTo":null,"dryRun":false}""", "it does not know yet with which window to begin")]
    [TestCase("""{"handledTo":"2026-11-21T06:00:00Z","dryRun":true}""", "DRY_RUN is set, so it sends nothing")]
    public void It_does_its_work_when_it_knows_its_window(string status, string? why) =>
        Assert.That(ActiveUsersMigration.WhyNotYet(JsonNode.Parse(status)!), Is.EqualTo(why));
}
