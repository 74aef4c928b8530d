using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Accounts that Grafana lets nobody disable: shown out at every sign of them, or locked through the database.</summary>
internal sealed class ExternalAccountTests : GateScenario
{
    [Test]
    public async Task An_external_account_that_cannot_be_locked_is_reported_and_logged_out()
    {
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Disk.Waiting.Values.Select(m => m.Subject), Has.One.StartsWith("ACTION NEEDED, could not be locked"));
            Assert.That(user.Sessions, Is.Zero);
            Assert.That(Status(user), Is.EqualTo(AccountStatus.AtDoor));
        });
    }

    [Test]
    public async Task An_external_account_is_shown_out_at_every_sign_of_it_and_the_third_return_is_an_alarm()
    {
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        for (var i = 0; i < 5; i++)
        {
            user.Sessions = 1;
            await SeeAtTheDoorAsync(user);
            Assert.That(user.Sessions, Is.Zero);
            Time.Advance(TimeSpan.FromMinutes(5));
        }

        var mail = Disk.Waiting.Values.Single(m => m.Subject.StartsWith("CRITICAL, keeps coming back", StringComparison.Ordinal));
        Assert.That(mail.Text, Does.Contain("allow_sign_up").And.Contain("skip_org_role_sync").And.Contain("GRAFANA_DATABASE"));
    }

    [Test]
    public async Task A_row_that_somebody_holds_in_the_database_is_tried_again_each_second_and_is_no_trouble()
    {
        var table = new SimulatedUserTable(World, new CrashPoint()) { IsBusy = true };
        World.Table = table;
        Build();
        await SettleAsync();
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.That((user.Sessions, Status(user)), Is.EqualTo((0, (AccountStatus?)AccountStatus.Locking)), "logged out meanwhile");
        for (var second = 0; second < 60; second++)
        {
            var asked = table.Asked;
            Time.Advance(TimeSpan.FromSeconds(1));
            await Daemon.Gate.WorkAsync(CancellationToken.None);
            Assert.That(table.Asked, Is.GreaterThan(asked), $"second {second}");
            if (second == 1) Assert.That(Disk.Waiting, Is.Empty);
        }

        Assert.That(Daemon.Troubles.Has(TroubleKind.DatabaseNotUsable), Is.False);
        Assert.That(
            Disk.Waiting.Values.Select(mail => mail.Subject),
            Has.One.StartsWith("ACTION NEEDED, could not be locked"),
            "held for long, it is told");
        table.IsBusy = false;
        Time.Advance(TimeSpan.FromSeconds(1));
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(user.IsDisabled, Is.True);
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
    }

    [Test]
    public async Task An_external_account_that_somebody_locked_by_hand_is_locked_and_alarms_no_more()
    {
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        user.IsDisabled = true;
        for (var i = 0; i < 5; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(15));
            await SettleAsync();
        }

        Assert.Multiple(() =>
        {
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
            Assert.That(
                Disk.Waiting.Values.Count(m => m.Subject.StartsWith("ACTION NEEDED", StringComparison.Ordinal)), Is.LessThanOrEqualTo(1));
        });
    }

    /// <summary>The chat was told that they are inside; it must not be left with that.</summary>
    [TestCase(true, Description = "the database answers again")]
    [TestCase(false, Description = "somebody set the flag by hand")]
    public async Task Who_was_held_at_the_door_and_is_locked_at_last_has_an_all_clear_in_the_chat(bool throughUs)
    {
        var table = new SimulatedUserTable(World, new CrashPoint()) { IsDown = true };
        World.Table = table;
        Disk.HasChat = true;
        Build();
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Disk.Chat.Deliver();
        Assert.That(Disk.Chat.Said.Select(message => message.Subject), Has.One.Contains("could not be locked"));

        if (throughUs) table.IsDown = false;
        else user.IsDisabled = true;
        Time.Advance(TimeSpan.FromSeconds(20));
        await SettleAsync();
        await SettleAsync();
        await ExposeAsync();
        Disk.Chat.Deliver();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
        Assert.That(Disk.Chat.Said.Select(message => message.Subject), Has.Some.Contains("A new account is waiting for approval"));
    }

    [Test]
    public async Task Whoever_signs_on_at_the_door_without_a_line_is_shown_out_by_the_session()
    {
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        user.Sessions = 1;
        Time.Advance(TimeSpan.FromSeconds(20));
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(user.Sessions, Is.Zero);
    }

    /// <summary>
    /// A token without the right to list sessions, or somebody who opened so many while nobody guarded that the answer is too long.
    /// </summary>
    [Test]
    public async Task Whoever_is_at_the_door_is_shown_out_also_where_their_sessions_cannot_be_listed(
        [Values(GrafanaOutcome.Refused, GrafanaOutcome.Unavailable, GrafanaOutcome.NotUnderstood)] GrafanaOutcome outcome,
        [Values] bool isSeen)
    {
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Grafana.Setup(g => g.SessionsAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<UserSession>>(outcome, null, "not to be listed"));
        user.Sessions = 30_000;
        if (isSeen)
        {
            await SeeAtTheDoorAsync(user);
        }
        else
        {
            Time.Advance(TimeSpan.FromSeconds(20));
            await Daemon.Gate.WorkAsync(CancellationToken.None);
        }

        Assert.That((user.Sessions, Status(user)), Is.EqualTo((0, AccountStatus.AtDoor)));
    }

    [Test]
    public async Task Roles_are_taken_where_Grafana_allows_it_and_given_back_on_approval()
    {
        // As an auth proxy user: their role may be changed, their account may not be disabled (docs/grafana.md §5).
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        var roles = new List<string>();
        Grafana.Setup(g => g.SetRoleAsync(1, user.Id, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((long _, long _, string role, CancellationToken _) =>
            {
                roles.Add(role);
                return new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Done, new Acknowledgement("Organization user updated"), "");
            });
        await SettleAsync();
        var reply = await CommandAsync("approve", $"uid:{user.Uid}");
        Assert.That((reply.ExitCode, string.Join(' ', roles), Status(user)), Is.EqualTo((0, "None Viewer", AccountStatus.Admitted)));
    }

    [Test]
    public async Task With_the_database_an_external_account_is_locked_for_good_and_approved_by_command_alone()
    {
        World.Table = new SimulatedUserTable(World, new CrashPoint());
        Build();
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Assert.That((user.IsDisabled, user.Sessions, Status(user)), Is.EqualTo((true, 0, AccountStatus.Locked)));

        // Their own sign-in clears the flag, as LDAP does: no approval.
        user.IsDisabled = false;
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        Time.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));

        var reply = await CommandAsync("approve", $"uid:{user.Uid}");
        Assert.That((reply.ExitCode, user.IsDisabled, Status(user)), Is.EqualTo((0, false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task Whoever_is_unlocked_by_signing_in_is_locked_again_at_the_first_request()
    {
        World.Table = new SimulatedUserTable(World, new CrashPoint());
        Build();
        var user = World.Add("ldap", "ldap@example.net", isExternal: true);
        await SettleAsync();
        await SettleAsync();

        // An LDAP sign-in clears the flag by itself; the next complete look may be 15 s away.
        user.IsDisabled = false;
        user.Sessions = 1;
        var asked = World.Asked.Count;
        await ReadRequestAsync(user);
        Assert.Multiple(() =>
        {
            Assert.That(user.IsDisabled, Is.True);
            Assert.That(World.Asked[asked..], Has.None.EqualTo("/api/users"), "by their own record, without the whole list");
            Assert.That(Daemon.Memory.Book.FindByIdOrUid(user.Uid)!.Decision, Is.Null, "no approval");
        });
    }

    [Test]
    public async Task Whoever_unlocks_themselves_again_and_again_while_they_wait_is_asked_about_once()
    {
        World.Table = new SimulatedUserTable(World, new CrashPoint());
        Build();
        await SettleAsync();
        var user = World.Add("dir", "dir@example.net", isExternal: true);
        await SettleAsync();
        await ExposeAsync();
        for (var day = 0; day < 3; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            (user.IsDisabled, user.Sessions) = (false, 1);
            await ReadRequestAsync(user);
            await SettleAsync();
            await ExposeAsync();
            Assert.That((user.IsDisabled, user.Sessions, Status(user)), Is.EqualTo((true, 0, (AccountStatus?)AccountStatus.Locked)));
        }

        Assert.That(Disk.Waiting.Keys.Count(key => key.StartsWith("locked/", StringComparison.Ordinal)), Is.EqualTo(1));
        var asked = Disk.Waiting.Keys.Single(key => key.StartsWith("locked/", StringComparison.Ordinal));
        Assert.That((await CommandAsync("approve", $"uid:{user.Uid}")).ExitCode, Is.Zero);
        await SettleAsync();
        Assert.That(Disk.Waiting.Keys, Has.None.EqualTo(asked), "answered: the question that still waited is taken back");
    }

    [Test]
    public async Task While_the_database_is_down_somebody_is_shown_out_and_locked_when_it_is_back()
    {
        var table = new SimulatedUserTable(World, new CrashPoint()) { IsDown = true };
        World.Table = table;
        Build();
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Assert.That(
            (user.Sessions, Status(user), Daemon.Troubles.Has(TroubleKind.DatabaseNotUsable)), Is.EqualTo((0, AccountStatus.AtDoor, true)));
        table.IsDown = false;
        Time.Advance(TimeSpan.FromSeconds(20));
        await SettleAsync();
        Assert.That(
            (user.IsDisabled, Status(user), Daemon.Troubles.Has(TroubleKind.DatabaseNotUsable)),
            Is.EqualTo((true, AccountStatus.Locked, false)));
    }

    [Test]
    public async Task A_database_that_does_not_answer_holds_up_nobody_for_long([Values] bool isSilent)
    {
        var table = new SimulatedUserTable(World, new CrashPoint()) { IsDown = true };
        World.Table = table;
        Build();
        World.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        table.IsSilent = isSilent;
        for (var i = 0; i < 3; i++) World.Add($"ext{i}", $"ext{i}@example.net", isExternal: true);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(table.Asked, Is.EqualTo(1), "it rests, and those who come meanwhile are shown out at once");
            Assert.That(
                World.Users.Where(user => user.IsExternal).Select(user => (user.Sessions, Status(user))),
                Is.All.EqualTo((0, AccountStatus.AtDoor)));
        });

        // Asked again after the rest, and not by one after the other.
        Time.Advance(TimeSpan.FromSeconds(20));
        await SettleAsync();
        Assert.That(table.Asked, Is.EqualTo(2));
        table.IsSilent = table.IsDown = false;
        Time.Advance(TimeSpan.FromSeconds(20));
        await SettleAsync();
        await SettleAsync();
        Assert.That(World.Users.Where(user => user.IsExternal).Select(Status), Is.All.EqualTo(AccountStatus.Locked));
    }
}
