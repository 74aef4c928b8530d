using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>What an admin decides by command: approve, for a time or for good, and reject.</summary>
internal sealed class CommandTests : GateScenario
{
    [Test]
    public async Task Nobody_is_told_of_an_approval_before_it_is_carried_out_and_Grafana_is_not_hammered()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Disk.Deliver();
        Grafana.Setup(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(
                GrafanaOutcome.Refused, null, "Grafana answered 403: Permissions needed: users:enable."));
        var reply = await CommandAsync("approve", $"uid:{user.Uid}");
        for (var i = 0; i < 240; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));
            await Daemon.Gate.WorkAsync(CancellationToken.None);
        }

        Assert.Multiple(() =>
        {
            Assert.That(reply.Text, Does.Contain("users:enable"));
            Assert.That(Disk.Waiting, Is.Empty);
            Grafana.Verify(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()), Times.AtMost(6));
        });
        Assert.That((await CommandAsync("pending", "")).Text, Does.Contain("approved, NOT DONE YET"));
    }

    [Test]
    public async Task Rejecting_somebody_who_waits_settles_the_mail_that_asked()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await CommandAsync("reject", $"uid:{user.Uid}");
        Assert.That(Disk.Waiting.Values.Select(m => m.Subject.Split(':')[0]), Is.EqualTo(new[] { "Rejected" }));
    }

    [Test]
    public async Task Who_is_rejected_is_not_rejected_once_more_but_may_be_deleted()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await CommandAsync("reject", $"uid:{user.Uid}");
        var mails = Disk.Waiting.Count;
        var about = await CommandAsync("about", $"uid:{user.Uid}", ("for", "reject"));
        var again = await CommandAsync("reject", $"uid:{user.Uid}");
        Assert.Multiple(() =>
        {
            Assert.That(about, Is.EqualTo(again));
            Assert.That(again.ExitCode, Is.Zero);
            Assert.That(again.Text, Does.EndWith(" is rejected already, and locked. Nothing was done.\n"));
            Assert.That(Disk.Waiting, Has.Count.EqualTo(mails));
        });

        var deleted = await CommandAsync("reject", $"uid:{user.Uid}", ("delete", "yes"));
        Assert.That(deleted.Text, Does.StartWith("Rejected ").And.EndWith(": deleted.\n"));
    }

    [TestCase("no", "Nothing is left to do. The account stays locked.")]
    [TestCase("yes", "Nothing is left to do. The account was deleted in Grafana.")]
    public async Task The_mail_about_a_rejection_says_what_became_of_the_account(string delete, string sentence)
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await CommandAsync("reject", $"uid:{user.Uid}", ("delete", delete));
        Assert.That(Disk.Waiting.Values.Single().Text, Does.Contain(sentence).And.Not.Contain(", or was deleted"));
    }

    [Test]
    public async Task Somebody_deleted_in_Grafana_is_called_deleted([Values] bool isLocked)
    {
        var user = World.Add("new@example.net", "new@example.net");
        if (isLocked) await SettleAsync();
        else await Daemon.Gate.LookAsync(CancellationToken.None);
        World.Users.Remove(user);
        for (var i = 0; i < 5; i++)
        {
            await SettleAsync();
            await ExposeAsync();
        }

        Assert.That(
            Disk.Waiting.Values.Single(mail => mail.Subject.StartsWith("Rejected", StringComparison.Ordinal)).Text,
            Does.Contain("The account was deleted in Grafana."));
    }

    [Test]
    public async Task While_the_disk_is_full_an_answer_says_what_is_so_and_what_is_not_written()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Disk.IsFull = true;
        World.Add("other@example.net", "other@example.net");
        await SettleAsync();
        var asked = await CommandAsync("about", $"uid:{user.Uid}", ("for", "approve"));
        var waiting = await CommandAsync("pending", "");
        var approved = await CommandAsync("approve", $"uid:{user.Uid}");
        var refused = await CommandAsync("approve", "uid:nobody");
        const string UntilThen = "not on disk: no space left. Make room on that disk: the daemon then writes it by itself, and nothing "
            + "has to be repeated. Do not restart it before, which would forget it.\n";
        Assert.Multiple(() =>
        {
            Assert.That((asked.ExitCode, asked.Json is null), Is.EqualTo((0, false)), "who is asked about can be decided about");
            Assert.That(waiting.ExitCode, Is.Zero);
            Assert.That(waiting.Text, Does.Contain($"uid:{user.Uid}")
                .And.EndsWith("\nWhat the daemon learned last is " + UntilThen));
            Assert.That((approved.ExitCode, user.IsDisabled), Is.EqualTo((1, false)));
            Assert.That(approved.Text, Does.StartWith($"Approved uid:{user.Uid}")
                .And.EndsWith("The account is enabled in Grafana.\nThat is done, and is " + UntilThen));
            Assert.That(
                refused.Text, Does.StartWith("Nobody in Grafana fits").And.EndsWith("What the daemon learned last is " + UntilThen));
        });

        // In the place of a daemon nobody tries again.
        var alone = await Daemon.Commands.ExecuteAsync(
            new Common.Daemon.Control.ControlRequest("approve", new Dictionary<string, string> { ["who"] = $"uid:{user.Uid}" }),
            CancellationToken.None, isDaemon: false);
        Assert.That(alone.Text, Does.EndWith(
            "That is done, and is not on disk: no space left. Make room on that disk, then repeat the command: the daemon, which does not "
            + "run, would not know of it.\n"));

        // Nothing is repeated: once there is room the next look writes it, and a crash after that forgets nothing.
        Disk.IsFull = false;
        await SettleAsync();
        Build();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
        Assert.That((await CommandAsync("pending", "")).Text, Does.Not.Contain("disk"));
    }

    [Test]
    public async Task Who_was_locked_before_a_crash_that_forgot_it_was_inside_for_at_most_so_long()
    {
        await SettleAsync();
        Disk.IsFull = true;
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.That(user.IsDisabled, Is.True);
        Disk.IsFull = false;
        Time.Advance(TimeSpan.FromSeconds(27));
        Build();
        await SettleAsync();
        await ExposeAsync();
        await SettleAsync();
        var forgotten = Daemon.Memory.Book.FindByRef(user.Uid)!.Case!;
        Assert.That(forgotten.IsLockTimeLatest, Is.True);
        Assert.That(ExposureText.Plain(ExposureText.Summary(forgotten.Exposure!)), Does.StartWith("Inside for at most ")
            .And.Contain("(the account was found locked then; when it was locked is not known)"));
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Text), Has.Some.Contains("for at most"));
    }

    [Test]
    public async Task Who_is_locked_as_ever_was_inside_for_just_so_long()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await ExposeAsync();
        var open = Daemon.Memory.Book.FindByRef(user.Uid)!.Case!;
        Assert.That((open.IsLockTimeLatest, open.Exposure!.IsUntilLatest), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Rejecting_locks_also_somebody_admitted_and_deletes_on_request()
    {
        await SettleAsync();
        var colleague = World.Users.First(u => u.Login == "colleague1");
        var reply = await CommandAsync("reject", $"uid:{colleague.Uid}");
        Assert.That((reply.ExitCode, colleague.IsDisabled, Status(colleague)), Is.EqualTo((0, true, AccountStatus.Rejected)));
        reply = await CommandAsync("reject", $"uid:{colleague.Uid}", ("delete", "yes"));
        Assert.That((reply.ExitCode, World.Users.Contains(colleague)), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task The_daemon_s_own_account_cannot_be_rejected()
    {
        var reply = await CommandAsync("reject", $"id:{SimulatedGrafana.SelfId}");
        Assert.That((reply.ExitCode, World.Users.Single(u => u.Id == SimulatedGrafana.SelfId).IsDisabled), Is.EqualTo((1, false)));
    }

    [Test]
    public async Task An_ambiguous_word_is_refused_with_both_accounts_shown()
    {
        await SettleAsync();
        var victim = World.Users.First(u => u.Login == "colleague1");
        var thief = World.Add("" + victim.Id, "thief@example.net");
        var reply = await CommandAsync("approve", "" + victim.Id);
        Assert.Multiple(() =>
        {
            Assert.That(reply.ExitCode, Is.EqualTo(1));
            Assert.That(reply.Text, Does.Contain(victim.Uid).And.Contain(thief.Uid));
            Assert.That(thief.IsDisabled, Is.True);
        });
    }

    [Test]
    public async Task An_approval_by_command_that_was_cut_off_is_carried_out_at_the_next_start()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Grafana.Setup(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Unavailable, null, "connection refused"));
        var reply = await CommandAsync("approve", $"uid:{user.Uid}");
        Assert.That((reply.ExitCode, user.IsDisabled), Is.EqualTo((1, true)));
        Grafana = GrafanaSpy.On(World);
        Build();
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task Access_that_was_given_for_a_time_ends_by_itself_after_two_warnings()
    {
        var user = World.Add("contractor@example.net", "contractor@example.net");
        await SettleAsync();
        var until = Time.GetUtcNow().AddDays(30);
        var reply = await CommandAsync("approve", $"uid:{user.Uid}", ("until", until.ToString("O")));
        Assert.That((reply.ExitCode, user.IsDisabled), Is.EqualTo((0, false)));
        Disk.Deliver();
        var warnings = new List<int>();
        int? ended = null;
        for (var hour = 1; hour <= 24 * 40; hour++)
        {
            Time.Advance(TimeSpan.FromHours(1));
            await Daemon.Gate.WorkAsync(CancellationToken.None);
            await Daemon.Gate.WorkAsync(CancellationToken.None);
            if (Disk.Waiting.Values.Any(m => m.Subject.StartsWith("Access ends soon", StringComparison.Ordinal))) warnings.Add(hour);
            if (user.IsDisabled) ended ??= hour;
            Disk.Deliver();
        }

        Assert.Multiple(() =>
        {
            Assert.That(warnings, Is.EqualTo(new[] { 23 * 24, 29 * 24 }).Within(1));
            Assert.That(ended, Is.EqualTo(30 * 24).Within(1));
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Rejected));
        });
    }

    [Test]
    public async Task A_day_is_meant_in_the_zone_of_the_mails_not_in_that_of_the_machine()
    {
        Build(new AutoDisableOptions("http://127.0.0.1:3000", TimeZone: TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg")));
        var user = World.Add("contractor@example.net", "contractor@example.net");
        await SettleAsync();
        var reply = await CommandAsync("approve", $"uid:{user.Uid}", ("until", "2027-03-31"));
        Assert.That(reply.Text, Does.Contain("until 2027-03-31 23:59 SAST"), "through the day, as people mean it");
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Until, Is.EqualTo(new DateTimeOffset(2027, 3, 31, 21, 59, 59, TimeSpan.Zero)));
        await SettleAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(
                (await CommandAsync("review", "")).Text, Does.Contain("until 2027-03-31 23:59 SAST"), "the same day as was asked for");
            Assert.That(Disk.Audit.Single(entry => entry.Event == "approved").Facts!["until"], Is.EqualTo("2027-03-31T21:59:59.000+00:00"));
        });
        var about = await CommandAsync("about", $"uid:{user.Uid}", ("for", "approve"));
        var again = await CommandAsync("approve", $"uid:{user.Uid}");
        Assert.Multiple(() =>
        {
            Assert.That(about.Text, Does.Contain(", until 2027-03-31 23:59 SAST\n"));
            Assert.That(again.Text, Does.EndWith("It no longer ends at 2027-03-31 23:59 SAST.\n"), "for good only with a word");
            Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Until, Is.Null);
        });
    }

    [Test]
    public async Task An_end_in_the_past_is_refused()
    {
        var user = World.Add("contractor@example.net", "contractor@example.net");
        await SettleAsync();
        var reply = await CommandAsync("approve", $"uid:{user.Uid}", ("until", "2020-01-01"));
        Assert.That((reply.ExitCode, user.IsDisabled), Is.EqualTo((64, true)));
    }
}
