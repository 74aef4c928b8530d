using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.ActiveUsers.Tests;

/// <summary>What a pulse says of Grafana is how it is when the pulse is made, and not how it was at the last look, a minute ago.</summary>
internal sealed class PulseHealthTests
{
    [TestCase(HealthVerdict.Up, "up")]
    [TestCase(HealthVerdict.NotAnswering, "DOES NOT ANSWER")]
    public async Task A_pulse_looks_for_itself(HealthVerdict sinceTheLastLook, string said)
    {
        var time = new ManualTime(Some.Six);
        var crash = new CrashPoint();
        var disk = new SimulatedDisk(crash);
        var chat = new SimulatedChat(new Random(1), crash) { IsWell = true };
        var grafana = new SimulatedGrafana(new Random(1), crash, time);
        var audit = new SimulatedAudit(crash);
        var options = new ActiveUsersOptions(
            Some.Wording, TimeSpan.FromSeconds(10), true, new HashSet<long>(), new AlertLimits(20, 20), true);
        var daemon = ActiveUsersParts.Build(
            grafana, new GrafanaDirectory(null, grafana, time), new ActiveUsersMemory(disk.Load(), disk), new TelegramChannel(chat), null,
            new EventRecorder(audit, audit.Has, NullLogger<EventRecorder>.Instance), options, time);
        daemon.Cycle.Begin();
        while (time.GetUtcNow() <= Some.Six.AddMinutes(15))
        {
            await daemon.Cycle.StepAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.That(daemon.Glance.Look!.Verdict, Is.EqualTo(HealthVerdict.Up));
        var before = chat.Seen.Count;
        grafana.Health = sinceTheLastLook;
        await daemon.Cycle.StepAsync(CancellationToken.None);
        Assert.That(string.Join('\n', chat.Seen.Skip(before).SelectMany(rows => rows)), Does.Contain($"Grafana 12.3.0 {said}")
            .Or.Contain($"Grafana {said}"));
    }
}
