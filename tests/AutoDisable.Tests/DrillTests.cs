using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Drills;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Logs;

namespace Athena.AutoDisable.Tests;

/// <summary>The drill on simulated edges, with the real gate and the real watch over the log.</summary>
internal sealed class DrillTests
{
    private static readonly GateOptions Options = new("http://127.0.0.1:3000", DrillTo: ["drill@example.org"]);

    private ManualTime time = null!;
    private CrashPoint crash = null!;
    private SimulatedGrafana world = null!;
    private SimulatedDisk disk = null!;
    private SimulatedDaemon daemon = null!;
    private NewUser? asked;

    [SetUp]
    public async Task Open()
    {
        time = new ManualTime(new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero));
        crash = new CrashPoint();
        world = new SimulatedGrafana(crash, time, new Random(1)) { Making = user => asked = user };
        disk = new SimulatedDisk(crash);
        world.Add("admin", "admin@localhost", isBaseline: true, isAdmin: true, id: 1);
        world.Add("athena", "athena@example.org", isBaseline: true, isAdmin: true, id: SimulatedGrafana.SelfId);
        for (var i = 0; i < 6; i++) world.Add($"colleague{i}", $"colleague{i}@example.org", isBaseline: true);
        var state = new GateState { GrafanaUrl = "http://127.0.0.1:3000", BaselineAt = time.GetUtcNow(), LastCompleteLook = time.GetUtcNow(), Log = new LogPosition("file:grafana.log", "1:1", 0, "", null) };
        state.Accounts.AddRange(world.Users.Select(u => new Account { Uid = u.Uid, Id = u.Id, Status = AccountStatus.Admitted }));
        disk.TrySave(state, out _);
        await StartAsync();
    }

    [Test]
    public async Task Is_locked_on_the_way_of_every_account_then_deleted_and_only_DRILL_TO_gets_a_mail()
    {
        long locked = 0;
        world.Disabled = user => locked = user.Id;
        await DrillAsync();
        var made = Made();
        time.Advance(TimeSpan.FromMilliseconds(60));
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(locked, Is.EqualTo(made.Id));
            Assert.That(world.Users, Does.Not.Contain(made));
            Assert.That(disk.Delivered.Select(mail => string.Join(',', mail.Recipients)), Is.EqualTo(new[] { "drill@example.org" }));
            Assert.That(disk.Delivered[0].Subject, Does.Contain("locked after 0.06 s"));
            Assert.That(Drill.IsPassed, Is.True);
            Assert.That(DrillText.Result(Drill), Is.EqualTo("passed: locked after 0.06 s, mail accepted"));
            Assert.That(disk.Audit.Select(entry => entry.Event).Where(name => name.StartsWith("drill", StringComparison.Ordinal) || name is "intent" or "locked"),
                Is.EqualTo(new[] { "drill-begun", "drill-made", "intent", "locked", "drill-locked", "drill-deleted", "drill-mail", "drill-passed" }));
            Assert.That(disk.Audit.Find(entry => entry.Event == "drill-locked")!.Verdict, Is.EqualTo("locked after 0.06 s"));
            Assert.That(disk.Load().Accounts.Exists(account => account.Id == made.Id), Is.False);
        });
    }

    [Test]
    public async Task Nobody_hears_of_it_days_later_either()
    {
        await DrillAsync();
        await RoundsAsync(3);
        for (var day = 0; day < 10; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            await RoundsAsync(2);
        }

        Assert.That(disk.Delivered.Select(mail => mail.Key), Is.EqualTo(new[] { Drill.MailKey }));
    }

    [Test]
    public async Task The_intent_is_on_disk_before_the_account_is_made_and_the_password_is_nowhere()
    {
        string? onDisk = null;
        world.Making = user =>
        {
            asked = user;
            onDisk = disk.Load().Drill?.Login;
        };
        await DrillAsync();
        await RoundsAsync(3);
        var written = disk.State + string.Concat(disk.Audit.Select(entry => entry.Verdict + string.Concat(entry.Facts.Values))) + string.Concat(disk.Delivered.Select(mail => mail.Text + mail.Html));
        Assert.Multiple(() =>
        {
            Assert.That(onDisk, Is.EqualTo(asked!.Login).And.Match("^athena-drill-[0-9a-f]{32}$"));
            Assert.That(asked!.Email, Is.EqualTo(asked.Login + "@drill.invalid"));
            Assert.That(asked.Password, Has.Length.GreaterThanOrEqualTo(40));
            Assert.That(written, Does.Not.Contain(asked.Password).And.Contain(asked.Login));
        });
    }

    [Test]
    public async Task The_login_is_told_to_nobody_before_Grafana_has_the_account()
    {
        var begun = "";
        world.Making = user => begun = string.Concat(disk.Audit.Select(entry => entry.Case + entry.Verdict + string.Concat(entry.Facts.Values))).Replace(user.Login, "TOLD", StringComparison.Ordinal);
        await DrillAsync();
        Assert.That(begun, Does.Contain("a drill has begun").And.Not.Contain("TOLD"));
    }

    [Test]
    public async Task A_second_drill_is_refused_while_one_runs()
    {
        await DrillAsync();
        var second = await daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(second.ExitCode, Is.EqualTo(1));
            Assert.That(second.Text, Does.Contain("running already"));
            Assert.That(world.DrillUids, Has.Count.EqualTo(1));
        });
        await RoundsAsync(3);
        Assert.That((await DrillAsync()).ExitCode, Is.Zero, "and allowed again when it is over");
    }

    [Test]
    public async Task Without_DRILL_TO_it_is_refused_by_that_name_and_possible_without_the_mail()
    {
        await StartAsync(Options with { DrillTo = [] });
        var refused = await daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(refused.Text, Does.Contain("DRILL_TO").And.Contain("--mail no"));
            Assert.That(world.DrillUids, Is.Empty);
        });
        await DrillAsync("no");
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(DrillText.Result(Drill), Is.EqualTo("passed: locked after 0.00 s, without a mail"));
            Assert.That(disk.Delivered, Is.Empty);
        });
    }

    [Test]
    public async Task While_Grafana_cannot_be_asked_it_is_refused_with_the_reason_and_nothing_is_left_to_do([Values] bool isSignedOut)
    {
        world.IsSignedOut = isSignedOut;
        world.IsDown = !isSignedOut;
        await daemon.Gate.LookAsync(CancellationToken.None);
        var reply = await daemon.Commands.ExecuteAsync(new ControlRequest("drill", new Dictionary<string, string> { ["by"] = "root" }), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(reply.ExitCode, Is.EqualTo(1));
            Assert.That(reply.Text, Does.StartWith("Not begun").And.Contains(isSignedOut ? "signed out of Grafana" : "does not answer"));
            Assert.That(disk.Load().Drill, Is.Null);
        });
    }

    [Test]
    public async Task A_dry_run_and_a_full_disk_refuse_it()
    {
        await StartAsync(Options with { IsDryRun = true });
        Assert.That((await daemon.Commands.ExecuteAsync(Request(), CancellationToken.None)).Text, Does.Contain("dry"));
        await StartAsync();
        disk.IsFull = true;
        var reply = await daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        Assert.That((reply.ExitCode, reply.Text.Contains("could not be written down", StringComparison.Ordinal), world.DrillUids.Count), Is.EqualTo((1, true, 0)));
    }

    [Test]
    public async Task Not_locked_in_a_minute_it_has_failed_the_admins_are_told_and_the_account_is_deleted()
    {
        await DrillAsync();
        world.IsDown = true;
        await RoundsAsync(1);
        time.Advance(TimeSpan.FromSeconds(61));
        await RoundsAsync(1);
        Assert.That(Drill.Problem, Does.Contain("NOT locked within 60 s"));
        world.IsDown = false;
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            Assert.That((Drill.IsOver, Drill.IsPassed), Is.EqualTo((true, false)));
            Assert.That(world.Users.Exists(user => user.IsDrill), Is.False);
            Assert.That(disk.Load().Accounts.Exists(account => account.Case?.IsDrill == true), Is.False);
            Assert.That(disk.Load().Troubles.Select(trouble => trouble.Kind), Has.Member(TroubleKind.DrillFailed));
            Assert.That(disk.Delivered.Select(mail => mail.Subject), Has.Some.Contains("a drill failed"));
            Assert.That(disk.Audit.Select(entry => entry.Event), Has.Member("drill-failed"));
        });
    }

    [Test]
    public async Task A_lock_that_came_too_late_is_a_failure_also_when_it_is_seen_first()
    {
        await DrillAsync();
        time.Advance(TimeSpan.FromSeconds(75));
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That((Drill.IsOver, Drill.Problem), Is.EqualTo((true, "The account was locked only after 75 s.")));
            Assert.That(world.Users.Exists(user => user.IsDrill), Is.False);
            Assert.That(disk.Delivered.Single().Subject, Does.Contain("a drill failed"));
        });
    }

    [Test]
    public async Task A_mail_that_is_not_accepted_in_five_minutes_is_a_failure_is_taken_back_and_a_drill_that_passes_ends_it()
    {
        await DrillAsync();
        await RoundsAsync(2, mailIsUp: false);
        Assert.That(world.Users.Exists(user => user.IsDrill), Is.False, "the account does not wait for the mail server");
        time.Advance(TimeSpan.FromMinutes(5));
        await RoundsAsync(1, mailIsUp: false);
        Assert.Multiple(() =>
        {
            Assert.That(Drill.Problem, Does.Contain("not accepted within 5 min"));
            Assert.That(disk.Waiting.Keys, Has.None.StartsWith("drill/"));
            Assert.That(disk.Waiting.Values.Select(mail => mail.Subject), Has.Some.Contains("a drill failed"));
        });
        await DrillAsync("no");
        await RoundsAsync(3);
        Assert.That(disk.Load().Troubles.Select(trouble => trouble.Kind), Has.Member(TroubleKind.DrillFailed), "without its mail it proves too little");
        await DrillAsync();
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(disk.Load().Troubles, Is.Empty);
            Assert.That(disk.Delivered.Select(mail => mail.Subject), Has.Some.Contains("Well again"));
        });
    }

    [Test]
    public async Task A_mail_that_is_refused_for_good_is_a_failure_at_once()
    {
        disk.RefusesMail = true;
        await DrillAsync();
        await RoundsAsync(3);
        Assert.That((Drill.IsOver, Drill.Problem), Is.EqualTo((true, "The mail to DRILL_TO was not accepted. 550 no such user")));
    }

    [Test]
    public async Task An_account_that_cannot_be_deleted_is_said_and_tried_until_it_is_gone()
    {
        world.RefusesDeletion = true;
        await DrillAsync();
        for (var i = 0; i < 15; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            Assert.That(Drill.IsOver, Is.False);
            Assert.That(Drill.Problem, Does.Contain($"{Drill.Login} (id {Drill.Id}) could not be deleted so far").And.Contain("users:delete"));
            Assert.That(disk.Delivered.Select(mail => mail.Subject), Has.Some.Contains("a drill failed"));
        });
        for (var day = 0; day < 8; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            await RoundsAsync(2);
        }

        Assert.That(disk.Delivered.Select(mail => mail.Key).Where(key => !key.StartsWith("trouble/", StringComparison.Ordinal)), Is.EqualTo(new[] { Drill.MailKey }), "no reminder");
        world.RefusesDeletion = false;
        time.Advance(TimeSpan.FromMinutes(5));
        await RoundsAsync(1);
        Assert.That((Drill.IsOver, Drill.IsPassed, world.Users.Exists(user => user.IsDrill)), Is.EqualTo((true, false, false)));
    }

    [Test]
    public async Task A_restart_before_the_lock_makes_no_result_and_leaves_no_account()
    {
        await DrillAsync();
        await StartAsync();
        await RoundsAsync(3);
        Assert.Multiple(() =>
        {
            Assert.That(DrillText.Result(Drill), Is.EqualTo("was interrupted by a restart of the daemon"));
            Assert.That(world.Users.Exists(user => user.IsDrill), Is.False);
            Assert.That(disk.Load().Troubles, Is.Empty);
            Assert.That(disk.Delivered, Is.Empty);
        });
    }

    [Test]
    public async Task A_restart_while_the_mail_is_on_its_way_goes_on_with_the_same_mail()
    {
        await DrillAsync();
        await RoundsAsync(2, mailIsUp: false);
        await StartAsync();
        time.Advance(TimeSpan.FromSeconds(30));
        await RoundsAsync(2);
        Assert.That((Drill.IsPassed, disk.Delivered.Count), Is.EqualTo((true, 1)));
    }

    /// <summary>Killed at each touch of the world in turn, from the command until the end.</summary>
    [Test]
    public async Task Killed_at_any_step_it_leaves_no_account_and_no_mail_to_the_admins()
    {
        var kills = 0;
        for (var step = 0; step < 60; step++)
        {
            await Open();
            crash.KillAfter(step);
            try
            {
                await DrillAsync();
                await RoundsAsync(3);
            }
            catch (CrashException)
            {
                kills++;
            }

            crash.Revive();
            await StartAsync();
            for (var i = 0; i < 6; i++)
            {
                time.Advance(TimeSpan.FromSeconds(20));
                await RoundsAsync(1);
            }

            Assert.That(world.Users.Exists(user => user.IsDrill), Is.False, $"killed after {step} steps");
            Assert.That(disk.Load().Accounts.Exists(account => account.Case?.IsDrill == true), Is.False, $"killed after {step} steps");
            Assert.That(Drill is null or { IsOver: true }, Is.True, $"killed after {step} steps");
            Assert.That(disk.Delivered.Select(mail => mail.Key).Distinct(), Has.All.StartsWith("drill/"), $"killed after {step} steps");
        }

        Assert.That(kills, Is.GreaterThan(40), "a drill touches the world often enough for that");
    }

    [Test]
    public async Task An_answer_that_was_lost_is_a_failure_and_the_account_is_found_by_its_login_and_deleted()
    {
        world.Making = _ => crash.KillAfter(1);
        Assert.ThrowsAsync<CrashException>(() => DrillAsync());
        crash.Revive();
        Assert.That(disk.Load().Drill, Is.Not.Null.And.Property(nameof(DrillRun.Id)).Null);
        Assert.That(world.Users.Count(user => user.IsDrill), Is.EqualTo(1));
        await StartAsync();
        await RoundsAsync(2);
        Assert.Multiple(() =>
        {
            Assert.That(world.Users.Exists(user => user.IsDrill), Is.False);
            Assert.That(disk.Delivered, Is.Empty);
        });
    }

    [Test]
    public async Task Refused_by_Grafana_it_ends_at_once_with_the_reason()
    {
        world.IsForbidden = true;
        var reply = await daemon.Commands.ExecuteAsync(Request(), CancellationToken.None);
        await RoundsAsync(1);
        Assert.Multiple(() =>
        {
            Assert.That(reply.Text, Does.Contain("FAILED: The account was not made as asked. 403"));
            Assert.That(Drill.IsOver, Is.True);
            Assert.That(disk.Delivered.Select(mail => mail.Subject), Has.Some.Contains("a drill failed"));
        });
    }

    [Test]
    public async Task A_stranger_who_calls_himself_like_a_drill_is_locked_and_told_of_as_everybody_else([Values] bool whileOneRuns)
    {
        await DrillAsync();
        if (!whileOneRuns) await RoundsAsync(3);
        var imitator = world.Add("athena-drill-00112233445566778899aabbccddeeff", "athena-drill-00112233445566778899aabbccddeeff@drill.invalid");
        var echo = whileOneRuns ? null : world.Add(Drill.Login, Drill.Email);
        for (var i = 0; i < 8; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            foreach (var stranger in new[] { imitator, echo }.OfType<SimulatedUser>())
            {
                Assert.That(world.Users, Has.Member(stranger), "nobody deletes him");
                Assert.That(stranger.IsDisabled, Is.True);
                Assert.That(disk.Delivered.Where(mail => mail.Subject.StartsWith("Locked, waiting for you", StringComparison.Ordinal)).Select(mail => mail.Text), Has.Some.Contains(stranger.Uid));
            }
        });
    }

    [Test]
    public async Task An_account_that_somebody_changed_is_not_deleted_but_told_of_as_any_other([Values] bool afterTheLock)
    {
        world.RefusesDeletion = afterTheLock;
        await DrillAsync();
        var made = Made();
        if (afterTheLock) await RoundsAsync(1);
        world.RefusesDeletion = false;
        made.Email = "somebody@example.net";
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            Assert.That((world.Users.Contains(made), made.IsDisabled), Is.EqualTo((true, true)));
            Assert.That(Drill.Problem, Is.Not.Null);
            Assert.That(disk.Delivered.Select(mail => mail.Subject), Has.Some.StartsWith("Locked, waiting for you"));
        });
    }

    [Test]
    public async Task Nobody_is_let_in_by_way_of_a_drill()
    {
        world.RefusesDeletion = true;
        await DrillAsync();
        var made = Made();
        await RoundsAsync(1); // Locked, and about to be deleted.
        var approve = await daemon.Commands.ExecuteAsync(new ControlRequest("approve", new Dictionary<string, string> { ["who"] = $"uid:{made.Uid}" }), CancellationToken.None);
        var pending = await daemon.Commands.ExecuteAsync(new ControlRequest("pending"), CancellationToken.None);
        made.IsDisabled = false;
        world.LogRequest(1, "admin", "POST", $"/api/admin/users/{made.Uid}/enable", 200);
        await RoundsAsync(2);
        world.RefusesDeletion = false;
        time.Advance(TimeSpan.FromMinutes(2));
        await RoundsAsync(2);
        Assert.Multiple(() =>
        {
            Assert.That(approve.ExitCode, Is.EqualTo(1));
            Assert.That(approve.Text, Does.Contain("belongs to the drill"));
            Assert.That(pending.Text, Does.Contain("Nobody waits"));
            Assert.That(world.Users, Does.Not.Contain(made));
            Assert.That(disk.Load().Accounts.Exists(account => account.Id == made.Id), Is.False);
            Assert.That(disk.Delivered.Select(mail => mail.Key), Has.All.StartsWith("drill/"));
        });
    }

    [Test]
    public async Task Who_comes_unseen_in_the_same_second_is_not_said_to_be_made_by_the_daemon()
    {
        await DrillAsync();
        var stranger = world.Add("unseen", "unseen@example.net");
        for (var i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await RoundsAsync(1);
        }

        var mail = disk.Delivered.Single(m => m.Text.Contains(stranger.Uid, StringComparison.Ordinal));
        Assert.That(mail.Text, Does.Contain("no line of the log tells").And.Not.Contain("probably made by"));
    }

    [Test]
    public async Task By_itself_it_begins_when_it_is_due_and_nothing_else_is_wrong()
    {
        await StartAsync(Options with { DrillEvery = TimeSpan.FromDays(7) });
        await RoundsAsync(2);
        Assert.That(disk.Load().Drill, Is.Null, "not before the first week is over");
        time.Advance(TimeSpan.FromDays(7));
        world.IsDown = true;
        await RoundsAsync(2);
        Assert.That(disk.Load().Drill, Is.Null, "not while Grafana is down");
        world.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(20));
        await RoundsAsync(4);
        Assert.That((Drill.IsPassed, Drill.By), Is.EqualTo((true, "DRILL_EVERY")));
        var first = Drill.Login;
        time.Advance(TimeSpan.FromDays(6));
        await RoundsAsync(4);
        Assert.That(Drill.Login, Is.EqualTo(first));
        time.Advance(TimeSpan.FromDays(1));
        await RoundsAsync(4);
        Assert.That((Drill.Login == first, Drill.IsPassed), Is.EqualTo((false, true)));
    }

    [TestCase("", true)]
    [TestCase("id", false)]
    [TestCase("uid", false)]
    [TestCase("login", false)]
    [TestCase("email", false)]
    [TestCase("admin", false)]
    [TestCase("external", false)]
    [TestCase("old", false)]
    [TestCase("deleted", false)]
    [TestCase("over", false)]
    public void An_account_is_the_drills_only_when_everything_fits(string differs, bool expected)
    {
        var at = time.GetUtcNow();
        var run = new DrillRun("athena-drill-1", at, "root", true)
        {
            Id = 17,
            Uid = "u17",
            DeletedAt = differs == "deleted" ? at : null,
            EndedAt = differs == "over" ? at : null,
        };
        var user = new GrafanaUser(
            differs == "id" ? 18 : 17, differs == "uid" ? "u18" : "u17", differs == "login" ? "athena-drill-2" : run.Login,
            differs == "email" ? "x@drill.invalid" : run.Email, "", differs == "admin", false, differs == "external" ? ["OAuth"] : [],
            differs == "old" ? at.AddHours(-15) : at.AddHours(-13), null);
        Assert.Multiple(() =>
        {
            Assert.That(DrillPolicy.IsItsAccount(run, user), Is.EqualTo(expected));
            Assert.That(DrillPolicy.IsItsAccount(null, user), Is.False);
            if (differs is "" or "id" or "uid")
                Assert.That(DrillPolicy.IsItsAccount(run with { Id = null, Uid = null }, user), Is.True, "by its login, as long as Grafana has not told more");
        });
    }

    private DrillRun Drill => disk.Load().Drill!;

    private SimulatedUser Made() => world.Users.Single(user => user.IsDrill);

    private async Task<ControlReply> DrillAsync(string mail = "yes")
    {
        var reply = await daemon.Commands.ExecuteAsync(Request(mail), CancellationToken.None);
        Assert.That(reply.ExitCode, Is.Zero, reply.Text);
        return reply;
    }

    private static ControlRequest Request(string mail = "yes") => new("drill", new Dictionary<string, string> { ["by"] = "naledi (sudo)", ["mail"] = mail });

    private async Task StartAsync(GateOptions? options = null)
    {
        daemon = new SimulatedDaemon(world, disk, time, options ?? Options);
        await RoundsAsync(1);
    }

    private async Task RoundsAsync(int rounds, bool mailIsUp = true)
    {
        for (var i = 0; i < rounds; i++) await daemon.TickAsync(logIsReadable: true, mailIsUp);
    }
}
