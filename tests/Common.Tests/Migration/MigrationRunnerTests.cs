using Athena.Migration;

namespace Athena.Common.Tests.Migration;

/// <summary>activate and revert, one situation at a time.</summary>
internal sealed class MigrationRunnerTests : ChangeScenario
{
    [Test]
    public async Task Ours_takes_over_and_the_old_units_are_kept()
    {
        var machine = PaperMachine.WithOldTimer();

        await TakeOverAsync(machine);

        AssertTakenOver(machine);
        Assert.That(Adoptions, Is.EqualTo(1));
        Assert.That(machine.Paths.Where(path => path.StartsWith("/var/", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "/var/lib/athena-workers/replaced/2026-11-21/grafana-test.service",
            "/var/lib/athena-workers/replaced/2026-11-21/grafana-test.service.d/user.conf",
            "/var/lib/athena-workers/replaced/2026-11-21/grafana-test.timer",
            "/var/lib/athena-workers/replaced/2026-11-21/grafana-test.timer.d/often.conf",
            "/var/lib/athena-workers/replaced/2026-11-21/take-over-grafana-test.json",
        }));
        Assert.That(
            machine.Exists(PaperMachine.Etc + "grafana-test.service.d/credentials.conf"),
            "a drop-in with a credential holds for ours, too");
    }

    [Test]
    public async Task The_old_guard_proves_itself_under_its_other_name_and_makes_a_last_round()
    {
        var machine = PaperMachine.WithOldTimer();

        await TakeOverAsync(machine);

        Assert.That(machine.Runs, Is.EqualTo(new[] { "grafana-test-before.service", "grafana-test-before.service" }));
        Assert.That(
            LastRounds,
            Is.EqualTo(new[] { (true, "grafana-test-before.timer grafana-test.service") }),
            "it is told when both guard, so that a look can be taken before");
    }

    [Test]
    public async Task An_old_guard_that_sends_reports_is_not_run_out_of_turn()
    {
        var machine = PaperMachine.WithOldTimer();

        await TakeOverAsync(machine, mayRun: false);
        await HandBackAsync(machine, mayRun: false);

        Assert.That(machine.Runs, Is.Empty);
        Assert.That(LastRounds, Is.Empty);
        AssertOldGuards(machine, PaperMachine.WithOldTimer().Units);
    }

    [Test]
    public async Task A_drop_in_that_somebody_removed_since_does_not_keep_the_old_guard_from_coming_back()
    {
        var machine = PaperMachine.WithOldTimer();
        await TakeOverAsync(machine);
        machine.Remove(PaperMachine.Etc + "grafana-test.service.d/credentials.conf");
        var expected = PaperMachine.WithOldTimer();
        expected.Remove(PaperMachine.Etc + "grafana-test.service.d/credentials.conf");

        await HandBackAsync(machine);

        AssertOldGuards(machine, expected.Units);
    }

    [TestCase(false, ExpectedResult = "", TestName = "A_timer_that_sends_reports_does_not_make_up_at_hand_back_for_what_ours_has_told")]
    [TestCase(true, ExpectedResult = "weeks old", TestName = "A_timer_that_may_run_at_any_time_is_left_to_make_up_for_it")]
    public async Task<string> A_timer_that_remembers_when_it_ran(bool mayRun)
    {
        const string Stamp = "/var/lib/systemd/timers/stamp-grafana-test.timer";
        var machine = PaperMachine.WithOldTimer();
        machine.Write(Stamp, "weeks old");
        await TakeOverAsync(machine, mayRun);
        await HandBackAsync(machine, mayRun);
        return machine.Read(Stamp);
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

        var failure = Assert.ThrowsAsync<MigrationFailedException>(() => TakeOverAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("does not start").And.Contain("Everything is as it was before."));
        Assert.That(machine.Active, Is.Empty);
        Assert.That(
            machine.Paths,
            Is.EqualTo(new[] { PaperMachine.Etc + "grafana-test.service.d/10-grafana-log.conf", PaperMachine.Ours }),
            "but the drop-in that the package makes as well");
    }

    [Test]
    public void Ours_that_does_not_start_puts_everything_back()
    {
        var machine = PaperMachine.WithOldTimer();
        var before = machine.Units;
        machine.OursStarts = false;

        var failure = Assert.ThrowsAsync<MigrationFailedException>(() => TakeOverAsync(machine))!;

        Assert.That(failure.Message, Does.Contain(
            "grafana-test.service does not start: Job failed. It said: a line. Everything is as it was before."));
        AssertOldGuards(machine, before);
    }

    [Test]
    public void Ours_that_does_not_look_puts_everything_back()
    {
        var machine = PaperMachine.WithOldTimer();
        var before = machine.Units;
        machine.OursLooks = false;

        var failure = Assert.ThrowsAsync<MigrationFailedException>(() => TakeOverAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("has started, but it has not looked yet"));
        AssertOldGuards(machine, before);
    }

    [Test]
    public void An_old_guard_that_does_not_run_under_another_name_is_left_alone()
    {
        var machine = PaperMachine.WithOldTimer();
        var before = machine.Units;
        machine.OldScriptWorks = false;

        var failure = Assert.ThrowsAsync<MigrationFailedException>(() => TakeOverAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("The old timer does not run well"));
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

        Assert.ThrowsAsync<MigrationFailedException>(() => TakeOverAsync(machine));

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
    public async Task Hand_back_to_a_script_that_does_not_work_leaves_ours_guarding()
    {
        var machine = PaperMachine.WithOldTimer();
        await TakeOverAsync(machine);
        machine.OldScriptWorks = false;

        var failure = Assert.ThrowsAsync<MigrationFailedException>(() => HandBackAsync(machine))!;

        Assert.That(failure.Message, Does.Contain("Ours goes on."));
        AssertTakenOver(machine);
    }
}
