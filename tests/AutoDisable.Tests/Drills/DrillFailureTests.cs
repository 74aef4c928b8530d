using Athena.AutoDisable.State;

namespace Athena.AutoDisable.Tests.Drills;

/// <summary>A drill that fails, and says so.</summary>
internal sealed class DrillFailureTests : DrillScenario
{
    [Test]
    public async Task Not_locked_in_a_minute_it_has_failed_the_admins_are_told_and_the_account_is_deleted()
    {
        await DrillAsync();
        World.IsDown = true;
        await RoundsAsync(1);
        Time.Advance(TimeSpan.FromSeconds(61));
        await RoundsAsync(1);
        Assert.That(Drill.Problem, Does.Contain("NOT locked within 60 s"));
        World.IsDown = false;
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(10));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            Assert.That((Drill.IsOver, Drill.IsPassed), Is.EqualTo((true, false)));
            Assert.That(World.Users.Exists(user => user.IsDrill), Is.False);
            Assert.That(Disk.Load().Accounts.Exists(account => account.Case?.IsDrill == true), Is.False);
            Assert.That(Disk.Load().Troubles.Select(trouble => trouble.Kind), Has.Member(TroubleKind.DrillFailed));
            Assert.That(Disk.Delivered.Select(mail => mail.Subject), Has.Some.Contains("a drill failed"));
            Assert.That(Disk.Audit.Select(entry => entry.Event), Has.Member("drill-failed"));
        });
    }

    [Test]
    public async Task A_lock_that_came_too_late_is_a_failure_also_when_it_is_seen_first()
    {
        await DrillAsync();
        Time.Advance(TimeSpan.FromSeconds(75));
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That((Drill.IsOver, Drill.Problem), Is.EqualTo((true, "The account was locked only after 75 s.")));
            Assert.That(World.Users.Exists(user => user.IsDrill), Is.False);
            Assert.That(Disk.Delivered.Single().Subject, Does.Contain("a drill failed"));
        });
    }

    [Test]
    public async Task A_mail_that_is_not_accepted_in_five_minutes_is_a_failure_is_taken_back_and_a_drill_that_passes_ends_it()
    {
        await DrillAsync();
        await RoundsAsync(2, mailIsUp: false);
        Assert.That(World.Users.Exists(user => user.IsDrill), Is.False, "the account does not wait for the mail server");
        Time.Advance(TimeSpan.FromMinutes(5));
        await RoundsAsync(1, mailIsUp: false);
        Assert.Multiple(() =>
        {
            Assert.That(Drill.Problem, Does.Contain("not accepted within 5 min"));
            Assert.That(Disk.Waiting.Keys, Has.None.StartsWith("drill/"));
            Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.Some.Contains("a drill failed"));
        });
        await DrillAsync("no");
        await RoundsAsync(3);
        Assert.That(
            Disk.Load().Troubles.Select(trouble => trouble.Kind),
            Has.Member(TroubleKind.DrillFailed),
            "without its mail it proves too little");
        await DrillAsync();
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(Disk.Load().Troubles, Is.Empty);
            Assert.That(Disk.Delivered.Select(mail => mail.Subject), Has.Some.Contains("Resolved"));
        });
    }

    [Test]
    public async Task A_mail_that_is_refused_for_good_is_a_failure_at_once()
    {
        Disk.RefusesMail = true;
        await DrillAsync();
        await RoundsAsync(3);
        Assert.That((Drill.IsOver, Drill.Problem), Is.EqualTo((true, "The mail to DRILL_TO was not accepted. 550 no such user")));
    }

    [Test]
    public async Task An_account_that_cannot_be_deleted_is_said_and_tried_until_it_is_gone()
    {
        World.RefusesDeletion = true;
        await DrillAsync();
        for (var i = 0; i < 15; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(10));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            Assert.That(Drill.IsOver, Is.False);
            Assert.That(
                Drill.Problem, Does.Contain($"{Drill.Login} (id {Drill.Id}) could not be deleted so far").And.Contain("users:delete"));
            Assert.That(Disk.Delivered.Select(mail => mail.Subject), Has.Some.Contains("a drill failed"));
        });
        for (var day = 0; day < 8; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await RoundsAsync(2);
        }

        Assert.That(
            Disk.Delivered.Select(mail => mail.Key).Where(key => !key.StartsWith("trouble/", StringComparison.Ordinal)),
            Is.EqualTo(new[] { Drill.MailKey }),
            "no reminder");
        World.RefusesDeletion = false;
        Time.Advance(TimeSpan.FromMinutes(5));
        await RoundsAsync(1);
        Assert.That((Drill.IsOver, Drill.IsPassed, World.Users.Exists(user => user.IsDrill)), Is.EqualTo((true, false, false)));
    }

    [Test]
    public async Task Its_account_is_deleted_although_the_clock_was_put_back_after_a_deletion_that_failed()
    {
        World.RefusesDeletion = true;
        await DrillAsync("no");
        await RoundsAsync(2);
        World.RefusesDeletion = false;
        Time.Advance(TimeSpan.FromHours(-2));
        await RoundsAsync(1);
        Assert.That(World.Users.Exists(user => user.IsDrill), Is.False);
    }

    [Test]
    public async Task Refused_by_Grafana_it_ends_at_once_with_the_reason()
    {
        World.IsForbidden = true;
        var reply = await Daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        await RoundsAsync(1);
        Assert.Multiple(() =>
        {
            Assert.That(reply.Text, Does.Contain("FAILED: The account was not made as asked. 403"));
            Assert.That(Drill.IsOver, Is.True);
            Assert.That(Disk.Delivered.Select(mail => mail.Subject), Has.Some.Contains("a drill failed"));
        });
    }
}
