using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Health;
using Athena.Tests.Shared;

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
        var daemon = SimulatedDaemon.Start(grafana, disk, chat, audit, time);
        daemon.Cycle.Begin();
        while (time.GetUtcNow() <= Some.Six.AddMinutes(15))
        {
            await daemon.Cycle.StepAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.That(daemon.Parts.Glance.Look!.Verdict, Is.EqualTo(HealthVerdict.Up));
        var before = chat.Seen.Count;
        grafana.Health = sinceTheLastLook;
        await daemon.Cycle.StepAsync(CancellationToken.None);
        Assert.That(string.Join('\n', chat.Seen.Skip(before).SelectMany(rows => rows)), Does.Contain($"Grafana 12.3.0 {said}")
            .Or.Contain($"Grafana {said}"));
    }
}
