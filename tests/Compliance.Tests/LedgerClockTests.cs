using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.Tests.Simulation;
using Athena.Tests.Shared;
using static Athena.Compliance.Tests.Simulation.Lives;

namespace Athena.Compliance.Tests;

/// <summary>Clocks that are wrong for a while, and two that do not agree.</summary>
internal sealed class LedgerClockTests
{
    /// <summary>
    /// It is ahead for two minutes and put right: what it made of hours that had not happened is void, and they are decided when they have.
    /// </summary>
    [Test]
    public async Task Hours_that_a_clock_ahead_decided_before_they_happened_are_decided_again_when_they_have(
        [Values(0.35, 0.5, 3, 72, 17_520)] double hours, [Values] bool isOtherLife, [Values] bool isOfBefore)
    {
        var time = new ManualTime(At(16, 8).AddMinutes(40));
        var (host, struck) = (new SimulatedHost(new Random(1), time), new List<VoidDecision>());
        var hourProcessor = NewLife(host, time, struckOut: struck.AddRange);
        await AllAsync(hourProcessor);
        time.Jump(TimeSpan.FromHours(hours));
        await AllAsync(hourProcessor);
        time.Advance(TimeSpan.FromMinutes(2));
        await AllAsync(hourProcessor);
        time.Jump(-TimeSpan.FromHours(hours));
        if (isOfBefore) host.Forget(state => state.Notes.Clear());
        if (isOtherLife || isOfBefore)
            hourProcessor = NewLife(host, time, struckOut: struck.AddRange);
        Dictionary<DateTimeOffset, DateTimeOffset> last = [];
        for (; time.GetUtcNow() < At(20, 8); time.Advance(TimeSpan.FromMinutes(1)))
        {
            while (await hourProcessor.StepAsync(CancellationToken.None) is { } evidence)
                last[evidence.Window.To] = time.GetUtcNow();
        }

        foreach (var window in Hours(At(16, 8).AddMinutes(42), At(20, 7)))
            Assert.That(last.GetValueOrDefault(window.To), Is.EqualTo(window.To + Options.Settle).Within(TimeSpan.FromMinutes(1)));
        Assert.That(struck, Is.Not.Empty);
        Assert.That(
            host.Audit.Where(entry => entry.Event == HourProcessor.VoidEvent).Select(entry => entry.Case),
            Is.EquivalentTo(struck.Select(decision => WindowEvidence.IdOf(decision.End))));
        Assert.That(host.Book.Values.Count(evidence => evidence.Replaces is not null), Is.EqualTo(struck.Count(decision =>
            decision.End < At(20, 8))));
    }

    /// <summary>The host is off until the hours are over by the right clock: only the decision's own word tells of the wrong one.</summary>
    [Test]
    public async Task Nor_are_they_forgotten_while_the_host_is_off()
    {
        var time = new ManualTime(At(16, 8).AddMinutes(40));
        var host = new SimulatedHost(new Random(1), time);
        await AllAsync(NewLife(host, time));
        time.Jump(TimeSpan.FromHours(72));
        await AllAsync(NewLife(host, time));
        time.Jump(-TimeSpan.FromHours(72));
        var hourProcessor = NewLife(host, time);
        await AllAsync(hourProcessor);
        time.Advance(TimeSpan.FromMinutes(15));
        await AllAsync(hourProcessor);
        time.Advance(At(19, 17).AddMinutes(1) - time.GetUtcNow());
        await AllAsync(NewLife(host, time));
        foreach (var window in Hours(At(18, 17), At(19, 17)))
            Assert.That(host.LastLook(window.To), Is.GreaterThanOrEqualTo(window.To), $"{window.To}");
    }

    /// <summary>A clock that nothing keeps while the host is off, until the network is there.</summary>
    [Test]
    public async Task A_clock_that_is_behind_for_a_while_strikes_nothing_out([Values] bool isOtherLife, [Values(1, 3, 30)] int hours)
    {
        var time = new ManualTime(At(16, 8).AddSeconds(30));
        var host = new SimulatedHost(new Random(1), time);
        var hourProcessor = NewLife(host, time);
        for (; time.GetUtcNow() < At(16, 12); time.Advance(TimeSpan.FromSeconds(20)))
            await AllAsync(hourProcessor);
        time.Jump(-TimeSpan.FromHours(hours));
        if (isOtherLife)
            hourProcessor = NewLife(host, time);
        for (var i = 0; i < 40; i++, time.Advance(TimeSpan.FromSeconds(20)))
            Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        time.Jump(TimeSpan.FromHours(hours));
        await AllAsync(hourProcessor);
        Assert.That(host.Audit.Where(entry => entry.Event == HourProcessor.VoidEvent), Is.Empty);
        Assert.That(host.Audit.Select(entry => entry.Case), Is.Unique);
        Assert.That(host.LastLook(At(16, 12)), Is.EqualTo(host.Truth), "and goes on where it was");
    }

    /// <summary>It does not come back: then it is this one that counts, and by it those hours were decided before they were over.</summary>
    [Test]
    public async Task Hours_that_come_twice_because_the_clock_was_set_back_for_good_are_decided_again_and_say_so()
    {
        var time = new ManualTime(At(16, 8).AddSeconds(30));
        var host = new SimulatedHost(new Random(1), time);
        var hourProcessor = NewLife(host, time);
        for (; time.GetUtcNow() < At(16, 12); time.Advance(TimeSpan.FromSeconds(20)))
            await AllAsync(hourProcessor);
        time.Jump(-TimeSpan.FromHours(2));
        for (; time.GetUtcNow() < At(16, 13); time.Advance(TimeSpan.FromSeconds(20)))
            await AllAsync(hourProcessor);
        foreach (var window in Hours(At(16, 6), At(16, 12)))
        {
            var events = host.Audit.Where(entry => entry.Case == WindowEvidence.IdOf(window.To)).Select(entry => entry.Event);
            Assert.That(events, Is.EqualTo(window.To < At(16, 12)
                ? [HourProcessor.DecidedEvent, HourProcessor.VoidEvent, HourProcessor.DecidedEvent]
                : new[] { HourProcessor.DecidedEvent }));
            Assert.That(host.LastLook(window.To), Is.GreaterThanOrEqualTo(window.To.AddHours(2)));
        }
    }

    [TestCase(null, 80)]
    [TestCase(true, 20)]
    public async Task An_hour_is_over_when_Grafanas_clock_says_so_too(bool? reached, int seconds)
    {
        var time = new ManualTime(At(16, 8).AddMinutes(30));
        var host = new SimulatedHost(new Random(1), time);
        await AllAsync(NewLife(host, time));
        var clock = new SimulatedClock { HasReached = false };
        var hourProcessor = NewLife(host, time, clock: clock);
        time.Advance(TimeSpan.FromHours(3));
        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null, "not yet, however late it is by ours");
        Assert.That(hourProcessor.Waiting, Is.EqualTo(new Window(At(16, 8), At(16, 9))));

        time = new ManualTime(At(16, 9));
        (host, clock) = (new SimulatedHost(new Random(1), time), new SimulatedClock { HasReached = true });
        hourProcessor = NewLife(host, time, clock: clock);
        await AllAsync(hourProcessor);
        clock.HasReached = reached;
        time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await hourProcessor.StepAsync(CancellationToken.None))?.Window.To, Is.EqualTo(At(16, 9)));
        Assert.That(hourProcessor.Waiting, Is.Null);
        Assert.That(clock.Asked, Is.EqualTo(At(16, 9)));
    }

    /// <summary>The disk is full when the decision should be called void, and the power goes after it.</summary>
    [Test]
    public async Task A_decision_is_called_void_once_whatever_the_disk_and_the_power_do([Range(0, 30)] int crashAt)
    {
        var time = new ManualTime(At(16, 8).AddMinutes(40));
        var host = new SimulatedHost(new Random(1), time);
        var hourProcessor = NewLife(host, time);
        await AllAsync(hourProcessor);
        time.Jump(TimeSpan.FromHours(1));
        await AllAsync(hourProcessor);
        time.Jump(-TimeSpan.FromHours(1));
        await AllAsync(hourProcessor);
        time.Advance(TimeSpan.FromMinutes(25));
        host.DiskIsFull = true;
        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        Assert.That(hourProcessor.Problem, Is.Not.Null);
        Assert.That(host.Audit.Select(entry => entry.Event), Has.None.EqualTo(HourProcessor.VoidEvent), "the state still calls it decided");
        host.DiskIsFull = false;
        host.CrashAfter = crashAt;
        try
        {
            await AllAsync(hourProcessor);
        }
        catch (CrashException)
        {
            hourProcessor = NewLife(host, time);
            await AllAsync(hourProcessor);
            time.Advance(TimeSpan.FromMinutes(15));
            await AllAsync(hourProcessor);
        }

        Assert.That(
            host.Audit.Where(entry => entry.Case == WindowEvidence.IdOf(At(16, 9))).Select(entry => entry.Event),
            Is.EqualTo(new[] { HourProcessor.DecidedEvent, HourProcessor.VoidEvent, HourProcessor.DecidedEvent }));
    }

    [TestCase(2)]
    [TestCase(50_000)]
    public async Task A_first_start_by_a_clock_that_was_ahead_drops_no_hour(int hours)
    {
        var time = new ManualTime(At(16, 10).AddMinutes(1));
        var host = new SimulatedHost(new Random(1), time);
        host.TryCompact(host.Load(At(16, 10).AddHours(hours)), out _);
        await AssertHoursGoOnAsync(host, time);
    }

    [Test]
    public async Task Nor_does_a_take_over_by_a_clock_that_was_ahead()
    {
        var time = new ManualTime(At(16, 10).AddMinutes(1));
        var host = new SimulatedHost(new Random(1), time);
        var state = host.Load(Monday.AddDays(-1));
        state.TakenOverAt = At(16, 12);
        host.TryCompact(state, out _);
        await AssertHoursGoOnAsync(host, time);
    }

    [Test]
    public async Task A_beginning_ahead_that_somebody_has_chosen_is_kept()
    {
        var time = new ManualTime(At(16, 10).AddMinutes(1));
        var host = new SimulatedHost(new Random(1), time);
        host.TryCompact(host.Load(At(16, 12)), out _);
        var hourProcessor = NewLife(host, time, Options with { Since = At(16, 12) });
        for (; time.GetUtcNow() < At(16, 13); time.Advance(TimeSpan.FromMinutes(1)))
            Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await hourProcessor.StepAsync(CancellationToken.None))!.Window, Is.EqualTo(new Window(At(16, 12), At(16, 13))));
    }

    /// <summary>From ten o'clock by the right clock.</summary>
    private static async Task AssertHoursGoOnAsync(SimulatedHost host, ManualTime time)
    {
        var told = new List<DateTimeOffset>();
        var hourProcessor = NewLife(host, time, beganAhead: told.Add);
        Assert.That(await hourProcessor.StepAsync(CancellationToken.None), Is.Null, "hours of before the start are none of ours");
        hourProcessor = NewLife(host, time, beganAhead: told.Add);
        time.Advance(TimeSpan.FromHours(1));
        Assert.That((await hourProcessor.StepAsync(CancellationToken.None))?.Window, Is.EqualTo(new Window(At(16, 10), At(16, 11))));
        Assert.That(told, Has.Count.EqualTo(1), "it is said once");
    }
}
