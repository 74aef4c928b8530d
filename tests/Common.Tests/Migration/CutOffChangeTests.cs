namespace Athena.Common.Tests.Migration;

/// <summary>Every kill, power cut and fault that can happen in a change of guards does, one after the other.</summary>
internal sealed class CutOffChangeTests : ChangeScenario
{
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
            Assert.That(
                machine.OldGuards || machine.StandInGuards || machine.OursGuards, $"somebody guards after a kill behind step {step}");

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
    public async Task A_hand_back_that_was_killed_anywhere_is_finished_or_undone_by_the_next(
        [Values] bool withPowerCut, [Values] bool isUndone)
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
            Assert.That(
                machine.OldGuards || machine.StandInGuards || machine.OursGuards, $"somebody guards after a kill behind step {step}");

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
            Assert.That(machine.OldGuards || machine.StandInGuards || machine.OursGuards,
                $"somebody guards with a disk that is full from step {step}");

            machine.Revive();
            await TakeOverAsync(machine);
            AssertTakenOver(machine);
        }
    }
}
