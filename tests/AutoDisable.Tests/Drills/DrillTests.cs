using Athena.AutoDisable.Notify;

namespace Athena.AutoDisable.Tests.Drills;

/// <summary>A drill that nothing disturbs: locked, told of, deleted, and nobody else hears of it.</summary>
internal sealed class DrillTests : DrillScenario
{
    [Test]
    public async Task Is_locked_on_the_way_of_every_account_then_deleted_and_only_DRILL_TO_gets_a_mail()
    {
        long locked = 0;
        World.Disabled = user => locked = user.Id;
        await DrillAsync();
        var made = Made();
        Time.Advance(TimeSpan.FromMilliseconds(60));
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(locked, Is.EqualTo(made.Id));
            Assert.That(World.Users, Does.Not.Contain(made));
            Assert.That(Disk.Delivered.Select(mail => string.Join(',', mail.Recipients)), Is.EqualTo(new[] { "drill@example.org" }));
            Assert.That(Disk.Delivered[0].Subject, Does.Contain("locked after 0.06 s"));
            Assert.That(Drill.IsPassed, Is.True);
            Assert.That(DrillText.Result(Drill), Is.EqualTo("passed: locked after 0.06 s, mail accepted"));
            Assert.That(
                Disk.Audit.Select(entry => entry.Event)
                    .Where(name => name.StartsWith("drill", StringComparison.Ordinal) || name is "intent" or "locked"),
                Is.EqualTo(
                    new[]
                    {
                        "drill-begun", "drill-made", "intent", "locked", "drill-locked", "drill-deleted", "drill-mail", "drill-passed",
                    }));
            Assert.That(Disk.Audit.Find(entry => entry.Event == "drill-locked")!.Verdict, Is.EqualTo("locked after 0.06 s"));
            Assert.That(Disk.Load().Accounts.Exists(account => account.Id == made.Id), Is.False);
        });
    }

    [Test]
    public async Task Nobody_hears_of_it_days_later_either()
    {
        await DrillAsync();
        await RoundsAsync(3);
        for (var day = 0; day < 10; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await RoundsAsync(2);
        }

        Assert.That(Disk.Delivered.Select(mail => mail.Key), Is.EqualTo(new[] { Drill.MailKey }));
    }

    [Test]
    public async Task The_intent_is_on_disk_before_the_account_is_made_and_the_password_is_nowhere()
    {
        string? onDisk = null;
        World.Making = user =>
        {
            Asked = user;
            onDisk = Disk.Load().Drill?.Login;
        };
        await DrillAsync();
        await RoundsAsync(3);
        var written = Disk.State + string.Concat(Disk.Audit.Select(entry => entry.Verdict + string.Concat(entry.Facts.Values)))
            + string.Concat(Disk.Delivered.Select(mail => mail.Text + mail.Html));
        Assert.Multiple(() =>
        {
            Assert.That(onDisk, Is.EqualTo(Asked!.Login).And.Match("^athena-drill-[0-9a-f]{32}$"));
            Assert.That(Asked!.Email, Is.EqualTo(Asked.Login + "@drill.invalid"));
            Assert.That(Asked.Password, Has.Length.GreaterThanOrEqualTo(40));
            Assert.That(written, Does.Not.Contain(Asked.Password).And.Contain(Asked.Login));
        });
    }

    [Test]
    public async Task The_login_is_told_to_nobody_before_Grafana_has_the_account()
    {
        var begun = "";
        World.Making = user => begun = string.Concat(Disk.Audit.Select(entry =>
            entry.Case + entry.Verdict + string.Concat(entry.Facts.Values))).Replace(user.Login, "TOLD", StringComparison.Ordinal);
        await DrillAsync();
        Assert.That(begun, Does.Contain("a drill has begun").And.Not.Contain("TOLD"));
    }

    [Test]
    public async Task A_second_drill_is_refused_while_one_runs()
    {
        await DrillAsync();
        var second = await Daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(second.ExitCode, Is.EqualTo(1));
            Assert.That(second.Text, Does.Contain("running already"));
            Assert.That(World.DrillUids, Has.Count.EqualTo(1));
        });
        await RoundsAsync(3);
        Assert.That((await DrillAsync()).ExitCode, Is.Zero, "and allowed again when it is over");
    }

    [Test]
    public async Task Without_DRILL_TO_it_is_refused_by_that_name_and_possible_without_the_mail()
    {
        await StartAsync(Options with { DrillTo = [] });
        var refused = await Daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(refused.Text, Does.Contain("DRILL_TO").And.Contain("--mail no"));
            Assert.That(World.DrillUids, Is.Empty);
        });
        await DrillAsync("no");
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(DrillText.Result(Drill), Is.EqualTo("passed: locked after 0.00 s, without a mail"));
            Assert.That(Disk.Delivered, Is.Empty);
        });
    }

    [Test]
    public async Task While_Grafana_cannot_be_asked_it_is_refused_with_the_reason_and_nothing_is_left_to_do([Values] bool isSignedOut)
    {
        World.IsSignedOut = isSignedOut;
        World.IsDown = !isSignedOut;
        await Daemon.Gate.LookAsync(CancellationToken.None);
        var reply = await Daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(reply.ExitCode, Is.EqualTo(1));
            Assert.That(reply.Text, Does.StartWith("Not begun").And.Contains(isSignedOut ? "signed out of Grafana" : "does not answer"));
            Assert.That(Disk.Load().Drill, Is.Null);
        });
    }

    [Test]
    public async Task A_dry_run_and_a_full_disk_refuse_it()
    {
        await StartAsync(Options with { IsDryRun = true });
        Assert.That((await Daemon.Commands.ExecuteAsync(Request(), CancellationToken.None)).Text, Does.Contain("dry"));
        await StartAsync();
        Disk.IsFull = true;
        var reply = await Daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        Assert.That(
            (reply.ExitCode, reply.Text.Contains("could not be written down", StringComparison.Ordinal), World.DrillUids.Count),
            Is.EqualTo((1, true, 0)));
    }

    [Test]
    public async Task By_itself_it_begins_when_it_is_due_and_nothing_else_is_wrong()
    {
        await StartAsync(Options with { DrillEvery = TimeSpan.FromDays(7) });
        await RoundsAsync(2);
        Assert.That(Disk.Load().Drill, Is.Null, "not before the first week is over");
        Time.Advance(TimeSpan.FromDays(7));
        World.IsDown = true;
        await RoundsAsync(2);
        Assert.That(Disk.Load().Drill, Is.Null, "not while Grafana is down");
        World.IsDown = false;
        Time.Advance(TimeSpan.FromSeconds(20));
        await RoundsAsync(4);
        Assert.That((Drill.IsPassed, Drill.By), Is.EqualTo((true, "DRILL_EVERY")));
        var first = Drill.Login;
        Time.Advance(TimeSpan.FromDays(6));
        await RoundsAsync(4);
        Assert.That(Drill.Login, Is.EqualTo(first));
        Time.Advance(TimeSpan.FromDays(1));
        await RoundsAsync(4);
        Assert.That((Drill.Login == first, Drill.IsPassed), Is.EqualTo((false, true)));
    }
}
