using Athena.ActiveUsers.Alerts;
using Athena.ActiveUsers.Memory;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Sight;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.ActiveUsers.Tests;

/// <summary>A clock that was ahead for a while and is put right: nobody is kept in silence until the time comes again.</summary>
internal sealed class ClockTests
{
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(3);

    private ManualTime time = null!;
    private SimulatedChat chat = null!;
    private SimulatedGrafana grafana = null!;
    private PulseCycle cycle = null!;

    [SetUp]
    public async Task Run_for_a_quarter_of_an_hour_and_three_hours_ahead()
    {
        time = new ManualTime(Some.Six);
        var (random, crash) = (new Random(1), new CrashPoint());
        var disk = new SimulatedDisk(crash);
        var audit = new SimulatedAudit(crash);
        chat = new SimulatedChat(random, crash) { IsWell = true };
        grafana = new SimulatedGrafana(random, crash, time);
        var options = new PulseOptions(Some.Wording, TimeSpan.FromSeconds(10), true, new HashSet<long>(), new AlertLimits(20, 20), true);
        cycle = PulseParts.Build(
            grafana, new Platform(null, grafana, time), new PulseMemory(disk.Load(), disk), chat, null, new Chronicle(audit, audit.Has, NullLogger<Chronicle>.Instance), options, time).Cycle;
        cycle.Begin();
        await PassAsync(TimeSpan.FromMinutes(16));
        await PassAsync(Ahead);
        chat.Seen.Clear();
        chat.Attempts = 0;
    }

    [Test]
    public async Task The_next_pulse_comes_with_the_window_that_runs()
    {
        await PassAsync(-Ahead);
        await PassAsync(TimeSpan.FromMinutes(15));
        Assert.That(chat.Seen.Select(rows => rows[0]), Has.One.Contains("06:15").And.One.Contains("06:30"));
    }

    [Test]
    public async Task An_outage_is_told_at_once()
    {
        await PassAsync(-Ahead);
        grafana.Health = HealthVerdict.NotAnswering;
        for (var i = 0; i < 10; i++) await PassAsync(TimeSpan.FromMinutes(1));
        Assert.That(chat.Seen.Select(rows => string.Join(' ', rows)), Has.Some.Contains("does not answer"));
    }

    [Test]
    public async Task A_chat_that_was_out_of_reach_meanwhile_is_tried_at_once()
    {
        chat.IsDown = true; // With such a clock no certificate is valid.
        grafana.Health = HealthVerdict.NotAnswering;
        for (var i = 0; i < 10; i++) await PassAsync(TimeSpan.FromMinutes(1));
        chat.IsDown = false;
        await PassAsync(-Ahead);
        Assert.That(chat.Seen.Select(rows => string.Join(' ', rows)), Has.Some.Contains("does not answer"));
    }

    [Test]
    public async Task A_pause_that_the_chat_asked_for_is_kept_however_long_it_is()
    {
        chat.Asks = TimeSpan.FromHours(1);
        grafana.Health = HealthVerdict.NotAnswering;
        for (var i = 0; i < 10; i++) await PassAsync(TimeSpan.FromMinutes(1));
        Assert.That(chat.Attempts, Is.EqualTo(1));
    }

    private async Task PassAsync(TimeSpan by)
    {
        time.Advance(by);
        for (var i = 0; i < 15; i++) await cycle.StepAsync(CancellationToken.None); // One window a step.
    }
}
