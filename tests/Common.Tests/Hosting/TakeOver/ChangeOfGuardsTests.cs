using Athena.Common.Hosting.TakeOver;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Hosting.TakeOver;

/// <summary>
/// take-over and hand-back on a machine on paper, which itself asserts behind each single change that somebody guards now and that
/// somebody would guard after a power cut. Every kill and every fault that can happen does.
/// </summary>
internal sealed class ChangeOfGuardsTests
{
    private readonly ManualTime time = new();
    private int adoptions;

    [SetUp]
    public void Forget() => adoptions = 0;

    [Test]
    public async Task Ours_takes_over_and_the_old_units_are_kept()
    {
        var machine = PaperMachine.WithOldTimer();

        await TakeOverAsync(machine);

        AssertTakenOver(machine);
        Assert.That(adoptions, Is.EqualTo(1));
        Assert.That(machine.Paths.Where(path => path.StartsWith("/var/", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "/var/lib/athena-workers/replaced/2026-11-21/grafana-test.service",
            "/var/lib/athena-workers/replaced/2026-11-21/grafana-test.service.d/user.conf",
            "/var/lib/athena-workers/replaced/2026-11-21/grafana-test.timer",
            "/var/lib/athena-workers/replaced/2026-11-21/grafana-test.timer.d/often.conf",
            "/var/lib/athena-workers/replaced/2026-11-21/take-over-grafana-test.json",
        }));
        Assert.That(machine.Exists(PaperMachine.Etc + "grafana-test.service.d/credentials.conf"), "a drop-in with a credential holds for ours, too");
    }

    [Test]
    public async Task The_old_guard_proves_itself_under_its_other_name_and_makes_a_last_round()
    {
        var machine = PaperMachine.WithOldTimer();

        await TakeOverAsync(machine);

        Assert.That(machine.Runs, Is.EqualTo(new[] { "grafana-test-before.service", "grafana-test-before.service" }));
    }

    [Test]
    public async Task An_old_guard_that_sends_reports_is_not_run_out_of_turn()
    {
        var machine = PaperMachine.WithOldTimer();

        await TakeOverAsync(machine, mayRun: false);
        await HandBackAsync(machine, mayRun: false);

        Assert.That(machine.Runs, Is.Empty);
        AssertOldGuards(machine, PaperMachine.WithOldTimer().Units);
    }

    [Test]
    public async Task A_fresh_host_needs_no_old_timer()
    {
        var machine = new PaperMachine();

        await TakeOverAsync(machine);

        AssertTakenOver(machine);
        Assert.That(machine.Paths.Where(path => path.StartsWith("/var/", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void On_a_fresh_host_a_failure_leaves_nothing_behind()
    {
        var machine = new PaperMachine { OursStarts = false };

        var failure = Assert.ThrowsAsync<ChangeFailedException>(() => TakeOverAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("does not start").And.Contain("Everything is as it was before."));
        Assert.That(machine.Active, Is.Empty);
        Assert.That(machine.Paths, Is.EqualTo(new[] { PaperMachine.Etc + "grafana-test.service.d/10-grafana-log.conf", PaperMachine.Ours }), "but the drop-in that the package makes as well");
    }

    [Test]
    public void Ours_that_does_not_start_puts_everything_back()
    {
        var machine = PaperMachine.WithOldTimer();
        var before = machine.Units;
        machine.OursStarts = false;

        var failure = Assert.ThrowsAsync<ChangeFailedException>(() => TakeOverAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("grafana-test.service does not start: Job failed. It said: a line. Everything is as it was before."));
        AssertOldGuards(machine, before);
    }

    [Test]
    public void Ours_that_does_not_look_puts_everything_back()
    {
        var machine = PaperMachine.WithOldTimer();
        var before = machine.Units;
        machine.OursLooks = false;

        var failure = Assert.ThrowsAsync<ChangeFailedException>(() => TakeOverAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("has started, but it has not looked yet"));
        AssertOldGuards(machine, before);
    }

    [Test]
    public void An_old_guard_that_does_not_run_under_another_name_is_left_alone()
    {
        var machine = PaperMachine.WithOldTimer();
        var before = machine.Units;
        machine.OldScriptWorks = false;

        var failure = Assert.ThrowsAsync<ChangeFailedException>(() => TakeOverAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("The old guard does not run well"));
        Assert.That(failure.Next, Does.Contain("journalctl -u grafana-test-before.service"));
        AssertOldGuards(machine, before);
    }

    [Test]
    public async Task A_timer_that_was_not_active_stays_so_when_it_is_put_back()
    {
        var machine = PaperMachine.WithOldTimer();
        machine.StopOld();
        var before = machine.Units;
        machine.OursStarts = false;

        Assert.ThrowsAsync<ChangeFailedException>(() => TakeOverAsync(machine));

        Assert.That(machine.Units, Is.EqualTo(before));
        Assert.That(machine.Active, Is.Empty);
        machine.OursStarts = true;
        await TakeOverAsync(machine);
        AssertTakenOver(machine);
    }

    [Test]
    public async Task Hand_back_brings_everything_back_byte_for_byte_and_take_over_works_again()
    {
        var machine = PaperMachine.WithOldTimer();
        var before = machine.Units;

        for (var round = 0; round < 3; round++)
        {
            await TakeOverAsync(machine);
            AssertTakenOver(machine);
            await HandBackAsync(machine);
            AssertOldGuards(machine, before);
            Assert.That(machine.Paths.Where(path => path.StartsWith("/var/", StringComparison.Ordinal)), Is.Empty);
        }
    }

    [Test]
    public async Task A_guard_of_before_that_is_a_service_without_a_timer_changes_in_the_same_way()
    {
        var before = PaperMachine.WithOldService().Units;
        for (var step = 1; ; step++)
        {
            var machine = PaperMachine.WithOldService();
            machine.KilledAfter = step;
            var wasKilled = await IsKilledAsync(() => TakeOverAsync(machine));
            machine.Boot();
            await TakeOverAsync(machine);
            AssertTakenOver(machine);

            await HandBackAsync(machine);
            Assert.That(machine.Units, Is.EqualTo(before));
            Assert.That(machine.OldGuards && machine.Active.Count == 1, "the old service guards");
            if (!wasKilled) break;
        }
    }

    [Test]
    public async Task Hand_back_to_a_script_that_does_not_work_leaves_ours_guarding()
    {
        var machine = PaperMachine.WithOldTimer();
        await TakeOverAsync(machine);
        machine.OldScriptWorks = false;

        var failure = Assert.ThrowsAsync<ChangeFailedException>(() => HandBackAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("Ours goes on guarding."));
        AssertTakenOver(machine);
    }

    /// <summary>Behind each step, with and without a reboot; then the same command again, or the opposite one.</summary>
    [Test]
    public async Task A_take_over_that_was_killed_anywhere_is_finished_or_undone_by_the_next(
        [Values] bool withPowerCut, [Values] bool isUndone)
    {
        var before = PaperMachine.WithOldTimer().Units;
        var kills = 0;
        for (var step = 1; ; step++, kills++)
        {
            var machine = PaperMachine.WithOldTimer();
            machine.KilledAfter = step;
            if (!await IsKilledAsync(() => TakeOverAsync(machine))) break;
            if (withPowerCut) machine.Boot();
            else machine.Revive();
            Assert.That(machine.OldGuards || machine.StandInGuards || machine.OursGuards, $"somebody guards after a kill behind step {step}");

            if (isUndone && Book(machine).Open is not null)
            {
                await HandBackAsync(machine);
                AssertOldGuards(machine, before);
            }
            else
            {
                await TakeOverAsync(machine);
                AssertTakenOver(machine);
            }
        }

        Assert.That(kills, Is.GreaterThan(25));
    }

    [Test]
    public async Task A_hand_back_that_was_killed_anywhere_is_finished_or_undone_by_the_next([Values] bool withPowerCut, [Values] bool isUndone)
    {
        var before = PaperMachine.WithOldTimer().Units;
        var kills = 0;
        for (var step = 1; ; step++, kills++)
        {
            var machine = PaperMachine.WithOldTimer();
            await TakeOverAsync(machine);
            machine.KilledAfter = machine.Steps + step;
            if (!await IsKilledAsync(() => HandBackAsync(machine))) break;
            if (withPowerCut) machine.Boot();
            else machine.Revive();
            Assert.That(machine.OldGuards || machine.StandInGuards || machine.OursGuards, $"somebody guards after a kill behind step {step}");

            if (isUndone)
            {
                await TakeOverAsync(machine);
                AssertTakenOver(machine);
            }
            else if ((Book(machine).Open ?? Book(machine).Last) is not null)
            {
                await HandBackAsync(machine);
                AssertOldGuards(machine, before);
            }
        }

        Assert.That(kills, Is.GreaterThan(20));
    }

    [Test]
    public async Task Whichever_step_of_a_take_over_fails_everything_is_put_back()
    {
        var before = PaperMachine.WithOldTimer().Units;
        var failures = 0;
        for (var step = 1; ; step++, failures++)
        {
            var machine = PaperMachine.WithOldTimer();
            machine.FailsAt = step;
            if (await FailureAsync(() => TakeOverAsync(machine)) is not { } failure)
            {
                if (machine.Steps < step) break;
                continue; // The last round of the old guard: ours guards by then, and goes on.
            }

            Assert.That(failure.Message, Does.Contain("Everything is as it was before."), $"step {step}");
            AssertOldGuards(machine, before);
            await TakeOverAsync(machine);
            AssertTakenOver(machine);
        }

        Assert.That(failures, Is.GreaterThan(25));
    }

    [Test]
    public async Task Whichever_step_of_a_hand_back_fails_ours_goes_on()
    {
        for (var step = 1; ; step++)
        {
            var machine = PaperMachine.WithOldTimer();
            await TakeOverAsync(machine);
            machine.FailsAt = machine.Steps + step;
            if (await FailureAsync(() => HandBackAsync(machine)) is null) break;
            AssertTakenOver(machine);
        }
    }

    [Test]
    public async Task A_disk_that_is_full_from_any_step_on_leaves_a_guard_and_can_be_mended()
    {
        for (var step = 1; ; step++)
        {
            var machine = PaperMachine.WithOldTimer();
            (machine.FailsAt, machine.IsDiskFull) = (step, true);
            if (await FailureAsync(() => TakeOverAsync(machine)) is null && machine.Steps < step) break;
            Assert.That(machine.OldGuards || machine.StandInGuards || machine.OursGuards, $"somebody guards with a disk that is full from step {step}");

            machine.Revive();
            await TakeOverAsync(machine);
            AssertTakenOver(machine);
        }
    }

    private async Task TakeOverAsync(PaperMachine machine, bool mayRun = true)
    {
        var book = Book(machine);
        var old = book.Open?.Old ?? OldUnits.Find(PaperMachine.Daemon, machine, machine.Show);
        var record = book.Open ?? new ChangeRecord(PaperMachine.Daemon, time.GetUtcNow(), "tester", old, null, book.NewFolder(time.GetLocalNow()), false, false);
        await RunAsync(Change(machine, record, mayRun).TakeOverAsync(_ =>
        {
            Assert.That(machine.OursGuards, Is.False, "ours does not run while its state is written by somebody else");
            adoptions++;
            return Task.CompletedTask;
        }, CancellationToken.None));
    }

    private Task HandBackAsync(PaperMachine machine, bool mayRun = true)
    {
        var book = Book(machine);
        return RunAsync(Change(machine, (book.Open ?? book.Last)!, mayRun).HandBackAsync(CancellationToken.None));
    }

    private Task RunAsync(Task work) => time.PassPausesAsync(Done(work));

    private static async Task<bool> Done(Task work)
    {
        await work.ConfigureAwait(false);
        return true;
    }

    private static ChangeBook Book(PaperMachine machine) => new(PaperMachine.Daemon, machine);

    private ChangeOfGuards Change(PaperMachine machine, ChangeRecord record, bool mayRun)
    {
        var nature = new GuardNature(PaperMachine.Daemon, mayRun, _ => Task.FromResult(machine.OursGuards ? null : "it has not looked yet"));
        return new ChangeOfGuards(new Relief(nature, record, machine, machine, _ => { }, time), Book(machine), record, _ => { });
    }

    private static async Task<bool> IsKilledAsync(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }

    private static async Task<ChangeFailedException?> FailureAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (ChangeFailedException e)
        {
            return e;
        }
    }

    private static void AssertTakenOver(PaperMachine machine)
    {
        Assert.That(machine.OursGuards, "ours guards");
        Assert.That(machine.Active, Is.EquivalentTo(new[] { "grafana-test.service" }));
        Assert.That(machine.LinkTarget(PaperMachine.Etc + "multi-user.target.wants/grafana-test.service"), Is.EqualTo(PaperMachine.Ours));
        Assert.That(machine.Paths.Where(path => path.Contains("-before", StringComparison.Ordinal)), Is.Empty);
        Assert.That(machine.Exists(PaperMachine.Etc + "grafana-test.timer"), Is.False);
        Assert.That(machine.Masked, Is.Empty);
        Assert.That(Book(machine).Open, Is.Null);
        machine.Boot();
        Assert.That(machine.OursGuards, "ours guards after a reboot");
    }

    private static void AssertOldGuards(PaperMachine machine, string before)
    {
        Assert.That(machine.Units, Is.EqualTo(before));
        Assert.That(machine.OldGuards, "the old timer guards");
        Assert.That(machine.Active, Is.EquivalentTo(new[] { "grafana-test.timer" }));
        Assert.That(machine.Masked, Is.Empty);
        Assert.That(Book(machine).Open, Is.Null);
    }
}
