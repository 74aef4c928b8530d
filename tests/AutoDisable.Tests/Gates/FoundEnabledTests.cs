using System.Text.Json.Nodes;
using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Accounts that should be locked are enabled, and nobody was seen doing it.</summary>
internal sealed class FoundEnabledTests : GateScenario
{
    [Test]
    public async Task Somebody_whose_rejection_is_still_being_carried_out_is_locked_again_without_a_question()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Grafana.Setup(g => g.SessionsAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<UserSession>>(GrafanaOutcome.Unavailable, null, "no answer"));
        await CommandAsync("reject", $"uid:{user.Uid}");
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locking), "its sessions cannot be proved ended");
        user.IsDisabled = false;
        Grafana.Setup(g => g.SessionsAsync(user.Id, It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken cancel) => World.SessionsAsync(id, cancel));
        for (var i = 0; i < 10; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            await SettleAsync();
        }

        Assert.That((Status(user), user.IsDisabled), Is.EqualTo((AccountStatus.Rejected, true)));
    }

    [Test]
    public async Task Several_at_once_are_admitted_by_nobody_and_one_mail_names_them_all()
    {
        var people = await WaitingAsync(3);
        Enable(people);
        await LookTwiceAsync();
        var mail = Disk.Waiting.Values.Single();
        Assert.Multiple(() =>
        {
            Assert.That(people.Select(Status), Has.All.EqualTo(AccountStatus.Locked));
            Assert.That(mail.Subject, Does.StartWith("ACTION NEEDED, found enabled: 3 accounts"));
            Assert.That(mail.IsUrgent, Is.True);
            Assert.That(people.TrueForAll(p => mail.Text.Contains(p.Uid, StringComparison.Ordinal)), Is.True);
            Assert.That(mail.Text, Does.Contain("INSIDE").And.Contain("approve --found").And.Contain("relock --found"));
            Assert.That(Daemon.Troubles.Has(TroubleKind.FoundEnabled), Is.True);
            Assert.That(AutoDisableSnapshot.Of(Daemon) is { Found: 3, IsWell: false }, Is.True);
        });
        Assert.That((await CommandAsync("pending", "")).Text, Does.Contain("FOUND ENABLED, inside").And.Contain(people[2].Uid));
    }

    [Test]
    public async Task A_second_one_within_the_hour_is_held_although_the_first_was_accepted_alone([Values(10, 70)] int minutes)
    {
        var people = await WaitingAsync(2);
        Enable([people[0]]);
        await LookTwiceAsync();
        Assert.That(Status(people[0]), Is.EqualTo(AccountStatus.Admitted), "one alone is an admin whose request was not seen");
        Time.Advance(TimeSpan.FromMinutes(minutes));
        Enable([people[1]]);
        await LookTwiceAsync();
        Assert.That(Status(people[1]), Is.EqualTo(minutes < 60 ? AccountStatus.Locked : AccountStatus.Admitted));
    }

    [Test]
    public async Task One_that_was_rejected_is_never_admitted_by_it_and_is_locked_again()
    {
        var user = (await WaitingAsync(1))[0];
        await CommandAsync("reject", $"uid:{user.Uid}", ("reason", "nobody knows them"));
        Disk.Deliver();
        Enable([user]);
        await LookTwiceAsync();
        Assert.That((Status(user), user.IsDisabled), Is.EqualTo(((AccountStatus?)AccountStatus.Rejected, false)));
        await PassAsync(minutes: 16);
        Assert.That((Status(user), user.IsDisabled, user.Sessions), Is.EqualTo(((AccountStatus?)AccountStatus.Rejected, true, 0)));
        Assert.That(Daemon.Troubles.Has(TroubleKind.FoundEnabled), Is.False);
        Assert.That(
            Disk.Waiting.Values.Select(mail => mail.Recipients),
            Has.None.EqualTo(new[] { user.Email }),
            "who was rejected is not told again");
    }

    [Test]
    public async Task Without_an_answer_those_whom_we_had_locked_are_locked_again_and_the_others_are_left_to_the_admins([Values] bool asks)
    {
        Build(new AutoDisableOptions("http://127.0.0.1:3000", AsksAboutFound: asks));
        var people = await WaitingAsync(2);
        var intern = World.Users.First(u => u.Login == "colleague1");
        Daemon.Memory.Book.FindByRef(intern.Uid)!.Status = AccountStatus.DisabledBefore;
        Enable(people);
        await LookTwiceAsync();
        await PassAsync(minutes: 14);
        Assert.That(people.Exists(p => p.IsDisabled), Is.False, "there is time to answer");
        await PassAsync(minutes: 2);
        Assert.Multiple(() =>
        {
            Assert.That(people.TrueForAll(p => p.IsDisabled), Is.EqualTo(!asks));
            Assert.That(
                (intern.IsDisabled, Status(intern)),
                Is.EqualTo((false, (AccountStatus?)AccountStatus.DisabledBefore)),
                "not locked by us: asked about, and left");
            Assert.That(Daemon.Troubles.Has(TroubleKind.FoundEnabled), Is.True);
        });
    }

    [Test]
    public async Task The_mail_about_a_lock_that_was_made_again_says_that_the_account_was_open_meanwhile()
    {
        var people = await WaitingAsync(2);
        Enable(people);
        await LookTwiceAsync();
        await PassAsync(minutes: 16);
        var mails = Disk.Waiting.Values.Where(mail => mail.Key.StartsWith("locked/", StringComparison.Ordinal)).ToList();
        Assert.That(
            mails.ConvertAll(mail => mail.Text), Has.Count.EqualTo(2).And.All.Contain("had been locked before and was found enabled"));
    }

    [Test]
    public async Task An_answer_settles_it_for_one_or_for_all()
    {
        var people = await WaitingAsync(4);
        Enable(people);
        await LookTwiceAsync();
        var one = await FoundAsync("approve", $"uid:{people[0].Uid}");
        var other = await FoundAsync("relock", $"uid:{people[1].Uid}");
        var unknown = await FoundAsync("approve", $"uid:{people[0].Uid}");
        Assert.Multiple(() =>
        {
            Assert.That(
                (one.ExitCode, Status(people[0]), people[0].IsDisabled), Is.EqualTo((0, (AccountStatus?)AccountStatus.Admitted, false)));
            Assert.That((other.ExitCode, people[1].IsDisabled), Is.EqualTo((0, true)));
            Assert.That(unknown.ExitCode, Is.EqualTo(1));
        });
        var rest = await FoundAsync("relock", null);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(rest.Text, Does.Contain(people[2].Uid).And.Contain(people[3].Uid).And.Not.Contain(people[0].Uid));
            Assert.That(people.Skip(1).All(p => p.IsDisabled), Is.True);
            Assert.That(Daemon.Troubles.Has(TroubleKind.FoundEnabled), Is.False);
        });
    }

    [Test]
    public async Task Who_it_is_is_shown_before_and_whoever_is_found_afterwards_is_not_decided_about(
        [Values("approve", "relock")] string verdict)
    {
        var people = await WaitingAsync(4);
        Enable(people[..2]);
        await LookTwiceAsync();
        var one = await AboutAsync($"id:{people[0].Id}");
        var all = await AboutAsync(null);
        var nobody = await AboutAsync($"uid:{people[3].Uid}");
        Assert.Multiple(() =>
        {
            Assert.That((one.ExitCode, all.ExitCode, nobody.ExitCode), Is.EqualTo((0, 0, 1)));
            Assert.That(one.Text, Does.Contain($"uid:{people[0].Uid}").And.Contain("FOUND ENABLED, inside").And.Not.Contain(people[1].Uid));
            Assert.That(JsonNode.Parse(one.Json!)!["selector"]!.GetValue<string>(), Is.EqualTo($"uid:{people[0].Uid}"));
            Assert.That(all.Text, Does.StartWith("2 accounts were found enabled").And.Contain(people[0].Uid).And.Contain(people[1].Uid));
            Assert.That(people[..2].TrueForAll(p => !p.IsDisabled && Status(p) == AccountStatus.Locked), Is.True, "a look changes nothing");
        });

        Time.Advance(TimeSpan.FromMinutes(1));
        Enable([people[2]]);
        await LookTwiceAsync();
        var done = await FoundAsync(verdict, null, JsonNode.Parse(all.Json!)![FoundDecisions.Until]!.GetValue<string>());
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(done.Text, Does.Contain(people[0].Uid).And.Contain(people[1].Uid).And.Not.Contain(people[2].Uid));
            Assert.That(
                people[..2].ConvertAll(Status), Is.All.EqualTo(verdict == "approve" ? AccountStatus.Admitted : AccountStatus.Locked));
            Assert.That(people[..2].TrueForAll(p => p.IsDisabled == (verdict == "relock")), Is.True);
            Assert.That(
                (people[2].IsDisabled, Status(people[2])), Is.EqualTo((false, (AccountStatus?)AccountStatus.Locked)), "still asked about");
        });
    }

    [Test]
    public async Task Of_many_the_first_are_named_and_the_others_counted()
    {
        Enable(await WaitingAsync(25));
        await LookTwiceAsync();
        var all = await AboutAsync(null);
        Assert.That(all.Text.Split('\n'), Has.Length.EqualTo(23));
        Assert.That(all.Text, Does.Contain("and 5 more: grafana-auto-disable pending"));
        Assert.That(JsonNode.Parse(all.Json!)!["count"]!.GetValue<int>(), Is.EqualTo(25));
    }

    [Test]
    public async Task Thousands_are_decided_about_with_an_answer_that_stays_short()
    {
        var people = await WaitingAsync(900);
        Enable(people);
        await LookTwiceAsync();
        var done = await FoundAsync("approve", null);
        await SettleAsync();
        Assert.That(done.ExitCode, Is.Zero);
        Assert.That(done.Text, Has.Length.LessThan(70_000));
        Assert.That(done.Text, Does.Match("Approved \\d+ more; the audit names each"));
        Assert.That(people.ConvertAll(Status), Is.All.EqualTo(AccountStatus.Admitted));
        Assert.That(Disk.Audit.Count(entry => entry.Event == "approved"), Is.EqualTo(900));
    }

    [Test]
    public async Task A_line_that_says_by_whom_still_counts_while_it_is_asked()
    {
        var people = await WaitingAsync(2);
        Enable(people);
        await LookTwiceAsync();
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), people[0].Uid, 1, "admin")), CancellationToken.None);
        await SettleAsync();
        Assert.That((Status(people[0]), Status(people[1])), Is.EqualTo(
            ((AccountStatus?)AccountStatus.Admitted, (AccountStatus?)AccountStatus.Locked)));
    }

    [Test]
    public async Task The_question_and_its_time_outlive_a_crash()
    {
        var people = await WaitingAsync(2);
        Enable(people);
        await LookTwiceAsync();
        Time.Advance(TimeSpan.FromMinutes(10));
        Build();
        await SettleAsync();
        Assert.That(people.Exists(p => p.IsDisabled), Is.False);
        await PassAsync(minutes: 6);
        Assert.That(people.TrueForAll(p => p.IsDisabled), Is.True);
    }

    [Test]
    public async Task Whoever_is_disabled_again_by_hand_is_no_question_any_more()
    {
        var people = await WaitingAsync(2);
        Enable(people);
        await LookTwiceAsync();
        foreach (var user in people) user.IsDisabled = true;
        await SettleAsync();
        Assert.That((Daemon.Troubles.Has(TroubleKind.FoundEnabled), AutoDisableSnapshot.Of(Daemon).Found), Is.EqualTo((false, 0)));
    }

    private async Task<List<SimulatedUser>> WaitingAsync(int count)
    {
        var people = Enumerable.Range(0, count).Select(i => World.Add($"new{i}@example.net", $"new{i}@example.net")).ToList();
        await SettleAsync();
        await ExposeAsync();
        Assert.That(people.Select(Status), Has.All.EqualTo(AccountStatus.Locked));
        Disk.Deliver();
        return people;
    }

    /// <summary>By an older database, or by something that no log shows.</summary>
    private static void Enable(List<SimulatedUser> people)
    {
        foreach (var user in people) (user.IsDisabled, user.Sessions) = (false, 1);
    }

    private async Task LookTwiceAsync()
    {
        await SettleAsync();
        Time.Advance(TimeSpan.FromSeconds(15));
        await SettleAsync();
    }

    private async Task PassAsync(int minutes)
    {
        for (var i = 0; i < minutes * 4; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(13.5));
            await SettleAsync();
        }
    }

    private Task<ControlReply> FoundAsync(string verdict, string? who, string? until = null) =>
        Daemon.Commands.ExecuteAsync(
            AutoDisableProgram.Request("found", who, null, ("verdict", verdict), (FoundDecisions.Until, until)), CancellationToken.None);

    private Task<ControlReply> AboutAsync(string? who) =>
        Daemon.Commands.ExecuteAsync(AutoDisableProgram.Request("about", who, null, ("for", "found")), CancellationToken.None);
}
