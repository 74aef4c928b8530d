using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;

namespace Athena.AutoDisable.Tests.Drills;

/// <summary>A drill that a restart or a crash cuts off.</summary>
internal sealed class DrillCrashTests : DrillScenario
{
    [Test]
    public async Task A_restart_before_the_lock_makes_no_result_and_leaves_no_account()
    {
        await DrillAsync();
        await StartAsync();
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(DrillText.Result(Drill), Is.EqualTo("was interrupted by a restart of the daemon"));
            Assert.That(World.Users.Exists(user => user.IsDrill), Is.False);
            Assert.That(Disk.Load().Troubles, Is.Empty);
            Assert.That(Disk.Delivered, Is.Empty);
        });
    }

    [Test]
    public async Task A_restart_while_the_mail_is_on_its_way_goes_on_with_the_same_mail()
    {
        await DrillAsync();
        await RoundsAsync(2, mailIsUp: false);
        await StartAsync();
        Time.Advance(TimeSpan.FromSeconds(30));
        await RoundsAsync(2);
        Assert.That((Drill.IsPassed, Disk.Delivered.Count), Is.EqualTo((true, 1)));
    }

    /// <summary>Killed at each touch of the world in turn, from the command until the end.</summary>
    [Test]
    public async Task Killed_at_any_step_it_leaves_no_account_and_no_mail_to_the_admins()
    {
        var kills = 0;
        for (var step = 0; step < 60; step++)
        {
            await Open();
            Crash.KillAfter(step);
            try
            {
                await DrillAsync();
                await RoundsAsync(3);
            }
            catch (CrashException)
            {
                kills++;
            }

            Crash.Revive();
            await StartAsync();
            for (var i = 0; i < 6; i++)
            {
                Time.Advance(TimeSpan.FromSeconds(20));
                await RoundsAsync(1);
            }

            Assert.That(World.Users.Exists(user => user.IsDrill), Is.False, $"killed after {step} steps");
            Assert.That(Disk.Load().Accounts.Exists(account => account.Case?.IsDrill == true), Is.False, $"killed after {step} steps");
            Assert.That(Drill is null or { IsOver: true }, Is.True, $"killed after {step} steps");
            Assert.That(Disk.Delivered.Select(mail => mail.Key).Distinct(), Has.All.StartsWith("drill/"), $"killed after {step} steps");
        }

        Assert.That(kills, Is.GreaterThan(40), "a drill touches the world often enough for that");
    }

    [Test]
    public async Task An_answer_that_was_lost_is_a_failure_and_the_account_is_found_by_its_login_and_deleted()
    {
        World.Making = _ => Crash.KillAfter(1);
        Assert.ThrowsAsync<CrashException>(() => DrillAsync());
        Crash.Revive();
        Assert.That(Disk.Load().Drill, Is.Not.Null.And.Property(nameof(DrillRun.Id)).Null);
        Assert.That(World.Users.Count(user => user.IsDrill), Is.EqualTo(1));
        await StartAsync();
        await RoundsAsync(2);
        Assert.Multiple(() =>
        {
            Assert.That(World.Users.Exists(user => user.IsDrill), Is.False);
            Assert.That(Disk.Delivered, Is.Empty);
        });
    }
}
