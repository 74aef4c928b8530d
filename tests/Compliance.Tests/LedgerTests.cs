using Athena.Common.Time;
using Athena.Compliance.Tests.Simulation;
using Athena.Compliance.Windows;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests;

internal sealed class LedgerTests
{
    private static readonly TimeSpan Zone = TimeSpan.FromHours(2);
    private static readonly DateTimeOffset Monday = new(2026, 11, 16, 5, 30, 0, Zone);
    private static readonly LedgerOptions Options = new(Hours, TimeSpan.FromSeconds(20), TimeSpan.FromHours(24), "file:/grafana.log");

    /// <summary>
    /// Weeks of a host whose power fails between any two steps, whose mail server fails a third of the time, whose disk is full now and
    /// then and whose clock jumps. <c>SIMULATION_SEED</c> and <c>SIMULATION_HISTORIES</c> choose others.
    /// </summary>
    [Test]
    public async Task Decides_each_window_exactly_once_whatever_happens()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SIMULATION_SEED"), out var given) ? given : Random.Shared.Next();
        var histories = int.TryParse(Environment.GetEnvironmentVariable("SIMULATION_HISTORIES"), out var many) ? many : 1000;
        TestContext.Out.WriteLine($"SIMULATION_SEED={seed} SIMULATION_HISTORIES={histories}");
        for (var history = 0; history < histories; history++)
            await PlayWeekAsync(new Random(seed + history), $"seed {seed + history}");
    }

    [Test]
    public async Task A_window_that_was_missed_is_late_and_one_of_long_ago_is_only_recorded()
    {
        var host = new SimulatedHost(new Random(1));
        var time = new ManualTime(Monday.AddDays(3).AddHours(4.51)); // Thursday 10:00:36
        host.Now = time.GetUtcNow();
        var ledger = NewLife(host, time);

        var first = await ledger.StepAsync(CancellationToken.None);
        Assert.That(first!.Finding, Is.Null);
        Assert.That(first.Verdict, Is.EqualTo("not-looked-at, late"));
        Assert.That(first.Window, Is.EqualTo(new Window(Monday.AddMinutes(-30), At(18, 10))), "all that are too old, as one");

        var verdicts = new List<string>();
        while (await ledger.StepAsync(CancellationToken.None) is { } evidence)
            verdicts.Add(evidence.Id + (evidence.IsLate ? " late" : ""));
        Assert.That(verdicts, Has.Count.EqualTo(13), "the last 24 hours: eight of Wednesday, five of Thursday");
        Assert.That(verdicts[0], Is.EqualTo("AC-20261118T0900Z late"));
        Assert.That(verdicts[^1], Is.EqualTo("AC-20261119T0800Z"));
    }

    [Test]
    public async Task Hours_that_a_guard_of_before_reported_are_not_reported_again()
    {
        var host = new SimulatedHost(new Random(1));
        var time = new ManualTime(At(18, 9).AddMinutes(30));
        host.Now = time.GetUtcNow();
        var state = host.Load(Monday);
        state.TakenOverAt = At(18, 8).AddMinutes(45); // Our own last decision is two days old.
        host.TryCompact(state, out _);
        var ledger = NewLife(host, time);

        Assert.That((await ledger.StepAsync(CancellationToken.None))!.Id, Is.EqualTo("AC-20261118T0700Z"));
        Assert.That(await ledger.StepAsync(CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_window_is_looked_at_when_it_has_settled_and_not_before()
    {
        var host = new SimulatedHost(new Random(1));
        var time = new ManualTime(At(16, 8));
        var ledger = NewLife(host, time);
        while (await ledger.StepAsync(CancellationToken.None) is not null) { }

        Assert.That(ledger.NextDue(time.GetUtcNow()), Is.EqualTo(At(16, 8) + Options.Settle));
        time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.That(await ledger.StepAsync(CancellationToken.None), Is.Null);
        time.Advance(TimeSpan.FromSeconds(0.1));
        var evidence = await ledger.StepAsync(CancellationToken.None);
        Assert.That((evidence?.Window, evidence?.IsLate), Is.EqualTo((new Window(At(16, 7), At(16, 8)), false)));
        Assert.That(ledger.NextDue(time.GetUtcNow() + TimeSpan.FromSeconds(1)), Is.EqualTo(At(16, 9) + Options.Settle));
    }

    [Test]
    public async Task Nothing_is_decided_while_the_disk_refuses_and_it_says_so()
    {
        var host = new SimulatedHost(new Random(1)) { DiskIsFull = true };
        var time = new ManualTime(At(16, 10).AddMinutes(1));
        var ledger = NewLife(host, time);

        Assert.That(await ledger.StepAsync(CancellationToken.None), Is.Null);
        Assert.That(ledger.Problem, Is.EqualTo("The disk is full."));
        Assert.That(host.Audit, Is.Empty);

        host.DiskIsFull = false;
        Assert.That((await ledger.StepAsync(CancellationToken.None))!.Id, Is.EqualTo("AC-20261116T0400Z"));
        Assert.That(ledger.Problem, Is.Null);
    }

    [TestCase(2)]
    [TestCase(50_000)]
    public async Task A_first_start_by_a_clock_that_was_ahead_drops_no_hour(int hours)
    {
        var host = new SimulatedHost(new Random(1));
        host.TryCompact(host.Load(At(16, 10).AddHours(hours)), out _);
        await AssertHoursGoOnAsync(host);
    }

    [Test]
    public async Task Nor_does_a_take_over_by_a_clock_that_was_ahead()
    {
        var host = new SimulatedHost(new Random(1));
        var state = host.Load(Monday.AddDays(-1));
        state.TakenOverAt = At(16, 12);
        host.TryCompact(state, out _);
        await AssertHoursGoOnAsync(host);
    }

    [Test]
    public async Task A_beginning_ahead_that_somebody_has_chosen_is_kept()
    {
        var host = new SimulatedHost(new Random(1));
        host.TryCompact(host.Load(At(16, 12)), out _);
        var time = new ManualTime(At(16, 10).AddMinutes(1));
        var ledger = NewLife(host, time, Options with { Since = At(16, 12) });
        for (; time.GetUtcNow() < At(16, 13); time.Advance(TimeSpan.FromMinutes(1)))
            Assert.That(await ledger.StepAsync(CancellationToken.None), Is.Null);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await ledger.StepAsync(CancellationToken.None))!.Window, Is.EqualTo(new Window(At(16, 12), At(16, 13))));
    }

    /// <summary>From ten o'clock by the right clock.</summary>
    private static async Task AssertHoursGoOnAsync(SimulatedHost host)
    {
        var time = new ManualTime(At(16, 10).AddMinutes(1));
        var told = new List<DateTimeOffset>();
        var ledger = NewLife(host, time, beganAhead: told.Add);
        Assert.That(await ledger.StepAsync(CancellationToken.None), Is.Null, "hours of before the start are none of ours");
        ledger = NewLife(host, time, beganAhead: told.Add);
        time.Advance(TimeSpan.FromHours(1));
        Assert.That((await ledger.StepAsync(CancellationToken.None))?.Window, Is.EqualTo(new Window(At(16, 10), At(16, 11))));
        Assert.That(told, Has.Count.EqualTo(1), "it is said once");
    }

    private static async Task PlayWeekAsync(Random random, string which)
    {
        var host = new SimulatedHost(random);
        var time = new ManualTime(Monday);
        if (random.Next(4) == 0)
        {
            // The first start is by a clock that is put right while the daemon runs.
            time.Advance(TimeSpan.FromMinutes(random.Next(1, 5000)));
            host.TryCompact(host.Load(time.GetUtcNow()), out _);
            var early = await LiveAsync(NewLife(host, time), host, time, random);
            time.Advance(Monday - time.GetUtcNow());
            await LiveAsync(early, host, time, random);
        }

        host.CrashPercent = random.Next(0, 30);
        var ledger = NewLife(host, time);
        var latest = time.GetUtcNow();
        while (time.GetUtcNow() < Monday.AddDays(7))
        {
            // Mostly minutes, sometimes a night that the host is off, sometimes the clock is set back or years ahead and back.
            time.Advance(random.Next(40) switch
            {
                0 => TimeSpan.FromHours(random.Next(1, 60)),
                1 => -TimeSpan.FromMinutes(random.Next(1, 300)),
                _ => TimeSpan.FromMinutes(random.Next(1, 90)),
            });
            if (random.Next(200) == 0)
            {
                time.Advance(TimeSpan.FromDays(2000));
                ledger = await LiveAsync(ledger, host, time, random);
                time.Advance(-TimeSpan.FromDays(2000));
            }

            host.DiskIsFull = random.Next(20) == 0;
            ledger = await LiveAsync(ledger, host, time, random);
            if (time.GetUtcNow() > latest) latest = time.GetUtcNow();
        }

        host.CrashPercent = 0;
        host.DiskIsFull = false;
        time.Advance(latest - time.GetUtcNow());
        ledger = NewLife(host, time);
        while (await ledger.StepAsync(CancellationToken.None) is not null) { }
        host.Deliver(isWell: true);

        var cases = host.Audit.Select(entry => entry.Case).ToList();
        Assert.That(cases, Is.Unique, which);
        var lookedAt = host.Book.Values.Where(evidence => evidence.Finding is not null).Select(evidence => evidence.Window.To).ToHashSet();

        // A record of years to come, made while the clock was ahead, excuses nothing.
        var passedOver = host.Book.Values.Where(evidence => evidence.Finding is null && evidence.Window.To <= latest).Select(evidence => evidence.Window).ToList();
        Assert.That(cases, Is.EquivalentTo(host.Book.Keys), which);
        foreach (var window in Hours(Monday, latest - Options.Settle))
            Assert.That(lookedAt.Contains(window.To) || passedOver.Any(range => range.From <= window.From && window.To <= range.To), $"{which}: {window.To}");

        var due = host.Book.Values.Where(evidence => evidence.Finding?.IsReported == true).Select(evidence => $"report/{evidence.Id}");
        Assert.That(host.Mailbox.Select(mail => (mail.Key, mail.To)).Distinct(), Is.EquivalentTo(due.SelectMany(key => SimulatedHost.Recipients.Select(to => (key, to)))), which);
        Assert.That(host.Mailbox.Select(mail => (mail.Key, mail.Subject)).Distinct().Select(mail => mail.Key), Is.Unique, $"{which}: however often it came, it was the same mail");
    }

    /// <summary>Some minutes of the daemon's life, until all is done or the power goes; then its next life.</summary>
    private static async Task<Ledger> LiveAsync(Ledger ledger, SimulatedHost host, ManualTime time, Random random)
    {
        for (var lives = 0; lives < 4; lives++)
        {
            host.Now = time.GetUtcNow();
            try
            {
                while (await ledger.StepAsync(CancellationToken.None) is not null) { }
                host.Deliver();
                return ledger;
            }
            catch (CrashException)
            {
                ledger = NewLife(host, time);
            }
        }

        return ledger;
    }

    private static Ledger NewLife(SimulatedHost host, ManualTime time, LedgerOptions? options = null, Action<DateTimeOffset>? beganAhead = null) => new(
        host.Load(Monday), host, host, host, host, host, host, id => host.Audit.Any(entry => entry.Case == id), options ?? Options, time)
    {
        BeganAhead = beganAhead,
    };

    private static IEnumerable<Window> Hours(DateTimeOffset after, DateTimeOffset until)
    {
        for (var end = new DateTimeOffset(after.ToOffset(Zone).Date, Zone); end <= until; end = end.AddHours(1))
            if (end > after && end.Hour is >= 6 and <= 18) yield return new Window(end.AddHours(-1), end);
    }

    private static DateTimeOffset At(int day, int hour) => new(2026, 11, day, hour, 0, 0, Zone);
}
