using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.AutoDisable.Watching;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Tests.Drills;

/// <summary>
/// Only the account that the drill made is the drill's: whoever borrows its name or its time is treated as everybody else.
/// </summary>
internal sealed class DrillAccountTests : DrillScenario
{
    [Test]
    public async Task A_stranger_with_a_login_like_that_of_a_drill_is_locked_and_told_of_as_everybody_else([Values] bool whileOneRuns)
    {
        await DrillAsync();
        if (!whileOneRuns) await RoundsAsync(3);
        var imitator = World.Add(
            "athena-drill-00112233445566778899aabbccddeeff", "athena-drill-00112233445566778899aabbccddeeff@drill.invalid");
        var echo = whileOneRuns ? null : World.Add(Drill.Login, Drill.Email);
        for (var i = 0; i < 8; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            foreach (var stranger in new[] { imitator, echo }.OfType<SimulatedUser>())
            {
                Assert.That(World.Users, Has.Member(stranger), "nobody deletes them");
                Assert.That(stranger.IsDisabled, Is.True);
                Assert.That(
                    Disk.Delivered.Where(mail => mail.Subject.StartsWith("Locked, waiting for you", StringComparison.Ordinal))
                        .Select(mail => mail.Text),
                    Has.Some.Contains(stranger.Uid));
            }
        });
    }

    [Test]
    public async Task An_admin_who_enables_it_lets_nobody_in_also_when_it_is_met_for_the_first_time_after_that()
    {
        await DrillAsync();
        var made = Made();
        await Daemon.Gate.HandleAsync(
            new LogBatch([new EnabledByAdmin(Time.GetUtcNow(), made.Uid, 1, "admin")], null, null, null), CancellationToken.None);
        for (var i = 0; i < 8; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            await RoundsAsync(1);
        }

        Assert.That(World.Users, Has.No.Member(made), "it is deleted");
        Assert.That(Disk.Audit.Where(entry => entry.Case == made.Uid).Select(entry => entry.Event), Has.None.EqualTo("approved"));
        Assert.That(Disk.Delivered.Where(mail => mail.Key.StartsWith("outcome/", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task An_account_that_somebody_changed_is_not_deleted_but_told_of_as_any_other([Values] bool afterTheLock)
    {
        World.RefusesDeletion = afterTheLock;
        await DrillAsync();
        var made = Made();
        if (afterTheLock) await RoundsAsync(1);
        World.RefusesDeletion = false;
        made.Email = "somebody@example.net";
        for (var i = 0; i < 20; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            Assert.That((World.Users.Contains(made), made.IsDisabled), Is.EqualTo((true, true)));
            Assert.That(Drill.Problem, Is.Not.Null);
            Assert.That(Disk.Delivered.Select(mail => mail.Subject), Has.Some.StartsWith("Locked, waiting for you"));
        });
    }

    [Test]
    public async Task Who_is_given_the_id_of_the_drills_account_is_a_stranger_and_the_drill_is_over_without_a_word_of_its_account()
    {
        World.RefusesDeletion = true;
        await DrillAsync("no");
        var made = Made();
        await RoundsAsync(2);
        World.RefusesDeletion = false;
        World.Users.Remove(made); // Deleted; the answer was lost, and then the database was restored.
        var stranger = World.Add("new", "new@example.net", id: made.Id);
        World.LogSignUp(stranger);
        for (var i = 0; i < 20; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            await RoundsAsync(1);
        }

        Assert.Multiple(() =>
        {
            Assert.That((World.Users.Contains(stranger), stranger.IsDisabled), Is.EqualTo((true, true)));
            Assert.That((Drill.IsOver, Drill.DeleteProblem), Is.EqualTo((true, (string?)null)));
            Assert.That(Disk.Delivered.Select(mail => mail.Text), Has.Some.Contains(stranger.Uid));
            Assert.That(Disk.Delivered.Select(mail => mail.Text), Has.None.Contains(made.Uid));
        });
    }

    [Test]
    public async Task Nobody_is_let_in_by_way_of_a_drill()
    {
        World.RefusesDeletion = true;
        await DrillAsync();
        var made = Made();
        await RoundsAsync(1); // Locked, and about to be deleted.
        var approve = await Daemon.Commands.ExecuteAsync(
            new ControlRequest("approve", new Dictionary<string, string> { ["who"] = $"uid:{made.Uid}" }), CancellationToken.None);
        var pending = await Daemon.Commands.ExecuteAsync(new ControlRequest("pending"), CancellationToken.None);
        made.IsDisabled = false;
        World.LogRequest(1, "admin", "POST", $"/api/admin/users/{made.Uid}/enable", 200);
        await RoundsAsync(2);
        World.RefusesDeletion = false;
        Time.Advance(TimeSpan.FromMinutes(2));
        await RoundsAsync(2);
        Assert.Multiple(() =>
        {
            Assert.That(approve.ExitCode, Is.EqualTo(1));
            Assert.That(approve.Text, Does.Contain("belongs to the drill"));
            Assert.That(pending.Text, Does.Contain("Nobody waits"));
            Assert.That(World.Users, Does.Not.Contain(made));
            Assert.That(Disk.Load().Accounts.Exists(account => account.Id == made.Id), Is.False);
            Assert.That(Disk.Delivered.Select(mail => mail.Key), Has.All.StartsWith("drill/"));
        });
    }

    [Test]
    public async Task Who_comes_unseen_in_the_same_second_is_not_said_to_be_made_by_the_daemon()
    {
        await DrillAsync();
        var stranger = World.Add("unseen", "unseen@example.net");
        for (var i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            await RoundsAsync(1);
        }

        var mail = Disk.Delivered.Single(m => m.Text.Contains(stranger.Uid, StringComparison.Ordinal));
        Assert.That(mail.Text, Does.Contain("no line of the log tells").And.Not.Contain("probably made by"));
    }

    [TestCase("", true)]
    [TestCase("id", false)]
    [TestCase("uid", false)]
    [TestCase("login", false)]
    [TestCase("email", false)]
    [TestCase("admin", false)]
    [TestCase("external", false)]
    [TestCase("old", true, Description = "by whose clock? The login was drawn when the drill began")]
    [TestCase("deleted", false)]
    [TestCase("over", false)]
    public void An_account_is_the_drills_only_when_everything_fits(string differs, bool expected)
    {
        var at = Time.GetUtcNow();
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
                Assert.That(
                    DrillPolicy.IsItsAccount(run with { Id = null, Uid = null }, user),
                    Is.True,
                    "by its login, as long as Grafana has not told more");
        });
    }
}
