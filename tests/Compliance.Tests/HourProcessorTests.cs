using Athena.Common.Time;
using Athena.Compliance.Tests.Simulation;
using Athena.Tests.Shared;
using static Athena.Compliance.Tests.Simulation.Lives;

namespace Athena.Compliance.Tests;

internal sealed class HourProcessorTests
{
    /// <summary>
    /// Weeks of a host whose power fails between any two steps, whose mail server fails a third of the time, whose disk is full now and
    /// then and whose clock jumps. <c>SIMULATION_SEED</c> and <c>SIMULATION_HISTORIES</c> choose others.
    /// </summary>
    [Test]
    public async Task Decides_each_window_exactly_once_whatever_happens()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SIMULATION_SEED"), out var given) ? given : Random.Shared.Next();
        var histories = int.TryParse(Environment.GetEnvironmentVariable("SIMULATION_HISTORIES"), out var many) ? many : 300;
        TestContext.Out.WriteLine($"SIMULATION_SEED={seed} SIMULATION_HISTORIES={histories}");
        for (var history = 0; history < histories; history++)
            await new SimulatedWeek(new Random(seed + history), $"seed {seed + history}").PlayAsync();
    }

    [Test]
    public async Task A_window_that_was_missed_is_late_and_one_of_long_ago_is_only_recorded()
    {
        var time = new ManualTime(Monday.AddDays(3).AddHours(4.51)); // Thursday 10:00:36
        var host = new SimulatedHost(new Random(1), time);
        var hourProcessor = NewLife(host, time);

        var first = await hourProcessor.StepAsync(CancellationToken.None);
        Assert.That(first!.Finding, Is.Null);
        Assert.That(first.Verdict, Is.EqualTo("not-looked-at, late"));
        Assert.That(first.Window, Is.EqualTo(new Window(Monday.AddMinutes(-30), At(18, 10))), "all that are too old, as one");

        var verdicts = new List<string>();
        while (await hourProcessor.StepAsync(CancellationToken.None) is { } evidence)
            verdicts.Add(evidence.Id + (evidence.IsLate ? " late" : ""));
        Assert.That(verdicts, Has.Count.EqualTo(13), "the last 24 hours: eight of Wednesday, five of Thursday");
        Assert.That(verdicts[0], Is.EqualTo("AC-20261118T0900Z late"));
        Assert.That(verdicts[^1], Is.EqualTo("AC-20261119T0800Z"));
    }

    [Test]
    public async Task Hours_that_a_guard_of_before_reported_are_not_reported_again()
    {
        var time = new ManualTime(At(18, 9).AddMinutes(30));
        var host = new SimulatedHost(new Random(1), time);
        var state = host.Load(Monday);
        state.TakenOverAt = At(18, 8).AddMinutes(45); // Our own last decision is two days old.
        host.TryCompact(state, out _);
        var hourProcessor = NewLife(host, time);

        Assert.That((await hourProcessor.StepAsync(CancellationToken.None))!.Id, Is.EqualTo("AC-20261118T0700Z"));
        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_window_is_looked_at_when_it_has_settled_and_not_before()
    {
        var time = new ManualTime(At(16, 8));
        var host = new SimulatedHost(new Random(1), time);
        var hourProcessor = NewLife(host, time);
        while (await hourProcessor.StepAsync(CancellationToken.None) is not null) { }

        Assert.That(hourProcessor.NextDue(time.GetUtcNow()), Is.EqualTo(At(16, 8) + Options.Settle));
        time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        time.Advance(TimeSpan.FromSeconds(0.1));
        var evidence = await hourProcessor.StepAsync(CancellationToken.None);
        Assert.That((evidence?.Window, evidence?.IsLate), Is.EqualTo((new Window(At(16, 7), At(16, 8)), false)));
        Assert.That(hourProcessor.NextDue(time.GetUtcNow() + TimeSpan.FromSeconds(1)), Is.EqualTo(At(16, 9) + Options.Settle));
    }

    [Test]
    public async Task Hours_wait_for_a_log_that_cannot_be_reached_and_no_longer_than_half_an_hour()
    {
        var time = new ManualTime(At(16, 10).AddMinutes(1));
        var host = new SimulatedHost(new Random(1), time) { Unreached = "no connection to Loki" };
        var hourProcessor = NewLife(host, time);

        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        Assert.That(hourProcessor.Unreached, Is.EqualTo("no connection to Loki"));
        time.Advance(TimeSpan.FromMinutes(29));
        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        host.Unreached = null;
        Assert.That((await hourProcessor.StepAsync(CancellationToken.None))!.Id, Is.EqualTo("AC-20261116T0400Z"));
        Assert.That(hourProcessor.Unreached, Is.Null);

        host.Unreached = "no connection to Loki";
        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.That((await hourProcessor.StepAsync(CancellationToken.None))!.Id, Is.EqualTo("AC-20261116T0500Z"));
        Assert.That((await hourProcessor.StepAsync(CancellationToken.None))!.Id, Is.EqualTo("AC-20261116T0600Z"), "all that wait");
    }

    [Test]
    public async Task Nothing_is_decided_while_the_disk_refuses_and_it_says_so()
    {
        var time = new ManualTime(At(16, 10).AddMinutes(1));
        var host = new SimulatedHost(new Random(1), time) { DiskIsFull = true };
        var hourProcessor = NewLife(host, time);

        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        Assert.That(hourProcessor.Problem, Is.EqualTo("The disk is full."));
        Assert.That(host.Audit, Is.Empty);

        host.DiskIsFull = false;
        Assert.That((await hourProcessor.StepAsync(CancellationToken.None))!.Id, Is.EqualTo("AC-20261116T0400Z"));
        Assert.That(hourProcessor.Problem, Is.Null);
    }
}
