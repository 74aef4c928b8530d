using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Health;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>A clock that was ahead for a while and is put right: nobody is kept in silence until the time comes again.</summary>
internal sealed class ClockTests
{
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(3);

    private ManualTime time = null!;
    private SimulatedChat chat = null!;
    private SimulatedGrafana grafana = null!;
    private ActiveUsersCycle cycle = null!;

    [SetUp]
    public async Task Run_for_a_quarter_of_an_hour_and_three_hours_ahead()
    {
        time = new ManualTime(Some.Six);
        var (random, crash) = (new Random(1), new CrashPoint());
        var disk = new SimulatedDisk(crash);
        var audit = new SimulatedAudit(crash);
        chat = new SimulatedChat(random, crash) { IsWell = true };
        grafana = new SimulatedGrafana(random, crash, time);
        cycle = SimulatedDaemon.Start(grafana, disk, chat, audit, time).Cycle;
        cycle.Begin();
        await PassAsync(TimeSpan.FromMinutes(16));
        await SetAsync(Ahead);
        chat.Seen.Clear();
        chat.Attempts = 0;
    }

    [Test]
    public async Task The_next_pulse_comes_with_the_window_that_runs()
    {
        await SetBackAsync();
        await PassAsync(TimeSpan.FromMinutes(15));
        Assert.That(chat.Seen.Select(rows => rows[1]), Has.One.Contains("06:15").And.One.Contains("06:30"));
    }

    [Test]
    public async Task A_window_that_was_told_of_before_its_time_is_not_told_of_again_and_the_next_pulse_says_so()
    {
        await SetBackAsync();
        for (var i = 0; i < 14; i++) await PassAsync(TimeSpan.FromMinutes(15));
        var titles = chat.Seen.Select(rows => rows[1]).ToList();
        Assert.That(titles, Has.None.Contains("09:00–09:15"), "the chat has it from when the clock was ahead");
        Assert.That(titles.Count(title => title.Contains("09:15–09:30", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(
            chat.Seen.Select(rows => string.Join('\n', rows))
                .Where(text => text.Contains("Sent before its time, by a clock that was ahead: 09:00–09:15", StringComparison.Ordinal))
                .ToList(),
            Has.Count.EqualTo(1));
        Assert.That(titles, Is.Unique);
    }

    [Test]
    public async Task What_had_not_been_told_of_before_its_time_is_no_gap_of_the_pulses_that_come()
    {
        await SetBackAsync();
        await PassAsync(TimeSpan.FromMinutes(15));
        Assert.That(
            chat.Seen.Select(rows => string.Join('\n', rows)), Has.None.Contains("None sent").And.None.Contains("Perhaps not sent"));
    }

    [Test]
    public async Task An_outage_is_told_at_once()
    {
        await SetBackAsync();
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
        await SetBackAsync();
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

    private Task SetBackAsync() => SetAsync(-Ahead);

    private async Task SetAsync(TimeSpan by)
    {
        time.Jump(by);
        await PassAsync(TimeSpan.Zero);
    }
}
