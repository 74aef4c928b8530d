using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Mails;
using Athena.AutoDisable.Tests.Simulation;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Logs;
using Athena.Common.Notifications.Documents;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Athena.AutoDisable.Tests;

/// <summary>The gate on simulated edges, one situation at a time.</summary>
internal sealed class GateTests
{
    private ManualTime time = null!;
    private SimulatedGrafana world = null!;
    private SimulatedDisk disk = null!;
    private Mock<IGrafana> grafana = null!;
    private GateAssembly gate = null!;

    [SetUp]
    public void Open()
    {
        time = new ManualTime(new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero));
        var crash = new CrashPoint();
        world = new SimulatedGrafana(crash, time, new Random(1));
        disk = new SimulatedDisk(crash);
        world.Add("admin", "admin@localhost", isBaseline: true, isAdmin: true, id: 1);
        world.Add("athena", "athena@example.org", isBaseline: true, isAdmin: true, id: SimulatedGrafana.SelfId);
        for (var i = 0; i < 6; i++) world.Add($"colleague{i}", $"colleague{i}@example.org", isBaseline: true);
        var state = new GateState { GrafanaUrl = "http://127.0.0.1:3000", BaselineAt = time.GetUtcNow(), LastCompleteLook = time.GetUtcNow() };
        state.Accounts.AddRange(world.Users.Select(u => new Account { Uid = u.Uid, Id = u.Id, Status = AccountStatus.Admitted }));
        disk.TrySave(state, out _);
        time.Advance(TimeSpan.FromMinutes(1));
        grafana = Spy(world);
        Build();
    }

    [Test]
    public async Task Disables_a_new_account_once_and_tells_the_admins_once()
    {
        var user = world.Add("new@example.net", "new@example.net");
        for (var i = 0; i < 6; i++) await SettleAsync(); // The mail waits until it is known what he did inside.
        Assert.Multiple(() =>
        {
            Assert.That(user.IsDisabled, Is.True);
            grafana.Verify(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>()), Times.Once);
            grafana.Verify(g => g.DisableAsync(It.Is<long>(id => id != user.Id), It.IsAny<CancellationToken>()), Times.Never);
            Assert.That(disk.Waiting.Values.Count(m => m.Subject.StartsWith("Locked, waiting for you", StringComparison.Ordinal)), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task The_log_line_alone_locks_him_without_the_whole_list()
    {
        await SettleAsync();
        var user = world.Add("new@example.net", "new@example.net");
        grafana.Invocations.Clear();
        await gate.Gate.HandleAsync(Batch(new SignedIn(time.GetUtcNow(), user.Email)), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(user.IsDisabled, Is.True);
            grafana.Verify(g => g.AllUsersAsync(It.IsAny<CancellationToken>()), Times.Never);
        });
    }

    [Test]
    public async Task The_intent_is_on_disk_before_the_account_is_disabled()
    {
        await SettleAsync();
        var user = world.Add("new@example.net", "new@example.net");
        AccountStatus? onDisk = null;
        world.Disabled = u => onDisk = disk.Load().Accounts.Find(a => a.Uid == u.Uid)?.Status;
        await gate.Gate.HandleAsync(Batch(new SignedIn(time.GetUtcNow(), user.Email)), CancellationToken.None);
        Assert.That(onDisk, Is.EqualTo(AccountStatus.Locking));
    }

    [Test]
    public async Task A_look_up_that_finds_somebody_known_leads_to_the_whole_list()
    {
        // His login is a colleague's e-mail: the look-up by e-mail finds the colleague (docs/grafana.md §5).
        await SettleAsync();
        await gate.Gate.HandleAsync(Batch(new SignedIn(time.GetUtcNow(), "colleague1@example.org")), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(gate.Gate.IsLookWanted, Is.True);
            Assert.That(world.Users.Exists(u => u.IsDisabled), Is.False);
        });
    }

    [Test]
    public async Task Sessions_that_survive_the_disable_are_ended_before_the_account_counts_as_locked()
    {
        var user = world.Add("new@example.net", "new@example.net");
        grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            user.IsDisabled = true; // But his sessions stay.
            return new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Done, new Acknowledgement("User disabled"), "");
        });
        await SettleAsync();
        Assert.Multiple(() =>
        {
            grafana.Verify(g => g.LogoutAsync(user.Id, It.IsAny<CancellationToken>()), Times.Once);
            Assert.That(user.Sessions, Is.Zero);
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
        });
    }

    [Test]
    public async Task A_disable_that_did_not_take_is_repeated()
    {
        var user = world.Add("new@example.net", "new@example.net");
        var calls = 0;
        grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>())).Returns((long id, CancellationToken cancel) =>
            ++calls < 3 ? Task.FromResult(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Done, new Acknowledgement("User disabled"), "")) : world.DisableAsync(id, cancel));
        await SettleAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));
    }

    [Test]
    public async Task An_external_account_that_cannot_be_locked_is_reported_and_logged_out()
    {
        var user = world.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(disk.Waiting.Values.Select(m => m.Subject), Has.One.StartsWith("ACTION NEEDED, still inside"));
            Assert.That(user.Sessions, Is.Zero);
            Assert.That(Status(user), Is.EqualTo(AccountStatus.AtDoor));
        });
    }

    [Test]
    public async Task An_external_account_is_shown_out_at_every_sign_of_it_and_the_third_return_is_an_alarm()
    {
        var user = world.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        for (var i = 0; i < 5; i++)
        {
            user.Sessions = 1;
            await gate.Gate.HandleAsync(Batch(new KeptOutSeen(time.GetUtcNow(), user.Id)), CancellationToken.None);
            Assert.That(user.Sessions, Is.Zero);
            time.Advance(TimeSpan.FromMinutes(5));
        }

        var mail = disk.Waiting.Values.Single(m => m.Subject.StartsWith("CRITICAL, comes back again and again", StringComparison.Ordinal));
        Assert.That(mail.Text, Does.Contain("allow_sign_up").And.Contain("skip_org_role_sync").And.Contain("GRAFANA_DATABASE"));
    }

    [Test]
    public async Task An_external_account_that_somebody_locked_by_hand_is_locked_and_alarms_no_more()
    {
        var user = world.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        user.IsDisabled = true;
        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await SettleAsync();
        }

        Assert.Multiple(() =>
        {
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
            Assert.That(disk.Waiting.Values.Count(m => m.Subject.StartsWith("ACTION NEEDED", StringComparison.Ordinal)), Is.LessThanOrEqualTo(1));
        });
    }

    [Test]
    public async Task Whoever_signs_on_at_the_door_without_a_line_is_shown_out_by_his_session()
    {
        var user = world.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        user.Sessions = 1;
        time.Advance(TimeSpan.FromSeconds(20));
        await gate.Gate.WorkAsync(CancellationToken.None);
        Assert.That(user.Sessions, Is.Zero);
    }

    [Test]
    public async Task Roles_are_taken_where_Grafana_allows_it_and_given_back_on_approval()
    {
        // As an auth proxy user: his role may be changed, his account may not be disabled (docs/grafana.md §5).
        var user = world.Add("ext", "ext@example.net", isExternal: true);
        var roles = new List<string>();
        grafana.Setup(g => g.SetRoleAsync(1, user.Id, It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync((long _, long _, string role, CancellationToken _) =>
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
        world.Table = new SimulatedUserTable(world, new CrashPoint());
        Build();
        var user = world.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Assert.That((user.IsDisabled, user.Sessions, Status(user)), Is.EqualTo((true, 0, AccountStatus.Locked)));

        // His own sign-in clears the flag, as LDAP does: no approval.
        user.IsDisabled = false;
        await gate.Gate.HandleAsync(Batch(new EnabledByAdmin(time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));

        var reply = await CommandAsync("approve", $"uid:{user.Uid}");
        Assert.That((reply.ExitCode, user.IsDisabled, Status(user)), Is.EqualTo((0, false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task Whoever_unlocks_himself_by_signing_in_is_locked_again_at_his_first_request()
    {
        world.Table = new SimulatedUserTable(world, new CrashPoint());
        Build();
        var user = world.Add("ldap", "ldap@example.net", isExternal: true);
        await SettleAsync();
        await SettleAsync();

        // An LDAP sign-in clears the flag by itself; the next complete look may be 15 s away.
        user.IsDisabled = false;
        user.Sessions = 1;
        var asked = world.Asked.Count;
        await ReadRequestAsync(user);
        Assert.Multiple(() =>
        {
            Assert.That(user.IsDisabled, Is.True);
            Assert.That(world.Asked[asked..], Has.None.EqualTo("/api/users"), "by his own record, without the whole list");
            Assert.That(gate.Memory.Book.FindByIdOrUid(user.Uid)!.Decision, Is.Null, "no approval");
        });
    }

    [Test]
    public async Task A_request_that_was_under_way_at_the_lock_costs_one_question_and_no_more()
    {
        var user = world.Add("slow", "slow@example.net");
        await SettleAsync();
        var asked = world.Asked.Count;
        await ReadRequestAsync(user);
        Assert.That((string.Join(' ', world.Asked[asked..]), gate.Gate.IsLookWanted), Is.EqualTo(($"/api/users/{user.Id}", false)));
    }

    [Test]
    public async Task Somebody_enabled_at_another_node_is_not_locked_for_his_first_request()
    {
        var user = world.Add("waits", "waits@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await ReadRequestAsync(user);
        Assert.That((user.IsDisabled, gate.Gate.IsLookWanted), Is.EqualTo((false, true)), "the look waits for the line that says by whom");
    }

    [Test]
    public async Task While_the_database_is_down_he_is_shown_out_and_locked_when_it_is_back()
    {
        var table = new SimulatedUserTable(world, new CrashPoint()) { IsDown = true };
        world.Table = table;
        Build();
        var user = world.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        Assert.That((user.Sessions, Status(user), gate.Troubles.Has(TroubleKind.DatabaseNotUsable)), Is.EqualTo((0, AccountStatus.AtDoor, true)));
        table.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(20));
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user), gate.Troubles.Has(TroubleKind.DatabaseNotUsable)), Is.EqualTo((true, AccountStatus.Locked, false)));
    }

    [Test]
    public async Task A_database_that_does_not_answer_holds_up_nobody_for_long([Values] bool isSilent)
    {
        var table = new SimulatedUserTable(world, new CrashPoint()) { IsDown = true };
        world.Table = table;
        Build();
        world.Add("ext", "ext@example.net", isExternal: true);
        await SettleAsync();
        table.IsSilent = isSilent;
        for (var i = 0; i < 3; i++) world.Add($"ext{i}", $"ext{i}@example.net", isExternal: true);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(table.Asked, Is.EqualTo(1), "it rests, and those who come meanwhile are shown out at once");
            Assert.That(world.Users.Where(user => user.IsExternal).Select(user => (user.Sessions, Status(user))), Is.All.EqualTo((0, AccountStatus.AtDoor)));
        });

        // Asked again after the rest, and not by one after the other.
        time.Advance(TimeSpan.FromSeconds(20));
        await SettleAsync();
        Assert.That(table.Asked, Is.EqualTo(2));
        table.IsSilent = table.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(20));
        await SettleAsync();
        await SettleAsync();
        Assert.That(world.Users.Where(user => user.IsExternal).Select(Status), Is.All.EqualTo(AccountStatus.Locked));
    }

    [Test]
    public async Task An_approval_in_Grafana_is_audited_with_who_and_when_and_answers_the_mail()
    {
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await gate.Gate.HandleAsync(Batch(new EnabledByAdmin(time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        var approved = disk.Audit.Single(entry => entry.Event == "approved");
        await ExposeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
            Assert.That(approved.Facts["by"], Is.EqualTo("admin (id 1)"));
            Assert.That(disk.Waiting.Values.Select(m => m.Subject), Has.None.StartsWith("Locked"), "its question is settled before it was sent");
            Assert.That(disk.Waiting.Values.Single(m => m.Subject.StartsWith("Approved: ", StringComparison.Ordinal)).Thread, Is.EqualTo($"account/{user.Uid}"));
            Assert.That(disk.Waiting.Values.Single(m => m.Key.StartsWith("applicant/", StringComparison.Ordinal)).Recipients, Is.EqualTo(new[] { "new@example.net" }));
        });
    }

    [Test]
    public async Task An_applicant_without_a_plain_address_is_not_written_to()
    {
        var user = world.Add("x", "crlf@example.org>\r\nRCPT TO:<boss@example.org");
        await SettleAsync();
        user.IsDisabled = false;
        await gate.Gate.HandleAsync(Batch(new EnabledByAdmin(time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        await ExposeAsync();
        Assert.That(disk.Waiting.Values.SelectMany(m => m.Recipients).Distinct(), Is.EquivalentTo(new[] { "one@example.org", "two@example.org" }));
    }

    [Test]
    public async Task A_disable_that_came_after_the_approval_is_taken_back()
    {
        await SettleAsync();
        var user = world.Add("made", "made@example.net");
        var approvedAt = time.GetUtcNow();
        time.Advance(TimeSpan.FromMilliseconds(20));
        await gate.Gate.LookAsync(CancellationToken.None);
        Assert.That(user.IsDisabled, Is.True);
        await gate.Gate.HandleAsync(Batch(new EnabledByAdmin(approvedAt, user.Uid, 1, "admin")), CancellationToken.None);
        await gate.Gate.WorkAsync(CancellationToken.None);
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task An_approval_seen_before_the_account_is_kept_until_the_list_shows_it()
    {
        await SettleAsync();
        var user = world.Add("made", "made@example.net");
        world.IsDown = true;
        await gate.Gate.HandleAsync(Batch(new EnabledByAdmin(time.GetUtcNow(), "" + user.Id, 1, "admin")), CancellationToken.None);
        world.IsDown = false;
        await SettleAsync();
        grafana.Verify(g => g.DisableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()), Times.Never);
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
    }

    [Test]
    public async Task Enabled_by_nobody_that_could_be_seen_is_accepted_loudly_with_the_command_to_undo()
    {
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked), "the line may still be on its way");
        time.Advance(TimeSpan.FromSeconds(6));
        await SettleAsync();
        var mail = disk.Waiting.Values.Single(m => m.Subject.StartsWith("ENABLED, could not see by whom", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
            Assert.That(mail.Text, Does.Contain($"sudo grafana-auto-disable reject uid:{user.Uid}"));
            Assert.That(mail.IsUrgent, Is.True);
        });
    }

    [Test]
    public async Task A_new_server_admin_is_reported_and_let_be()
    {
        world.Add("boss", "boss@example.org", isAdmin: true);
        await SettleAsync();
        grafana.Verify(g => g.DisableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()), Times.Never);
        Assert.That(disk.Waiting.Values.Select(m => m.Subject), Has.One.StartsWith("ACTION NEEDED, a new server admin"));
    }

    [Test]
    public async Task Twenty_at_once_are_all_locked_and_come_in_one_digest()
    {
        var people = Enumerable.Range(0, 20).Select(i => world.Add($"bulk{i}@example.net", $"bulk{i}@example.net")).ToList();
        await SettleAsync();
        Assert.That(people.TrueForAll(p => p.IsDisabled), Is.True);
        Assert.That(disk.Waiting, Is.Empty, "the digest collects for a minute");
        time.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync();
        var digest = disk.Waiting.Values.Single();
        Assert.That(people.TrueForAll(p => digest.Text.Contains(p.Uid, StringComparison.Ordinal)), Is.True);
    }

    [Test]
    public async Task Answers_that_come_all_at_once_on_many_threads_leave_the_memory_whole()
    {
        world.Yields = true;
        for (var round = 0; round < 40; round++)
        {
            var people = Enumerable.Range(0, 50).Select(i => world.Add($"r{round}n{i}@example.net", $"r{round}n{i}@example.net", isExternal: i % 10 == 0)).ToList();
            await gate.Gate.LookAsync(CancellationToken.None);
            if (round % 2 == 0) world.Users.RemoveAll(people.Take(20).Contains); // Gone while they are being locked.
            for (var i = 0; i < 3; i++)
            {
                await gate.Gate.WorkAsync(CancellationToken.None);
                time.Advance(TimeSpan.FromSeconds(1));
            }

            foreach (var user in people.Where(world.Users.Contains))
                Assert.That(Status(user), Is.EqualTo(user.IsExternal ? AccountStatus.AtDoor : AccountStatus.Locked), user.ToString());
        }

        var left = world.Users.Count(u => !u.IsBaseline);
        Assert.That(gate.Memory.Book.All.Count(a => a.Id >= 106), Is.EqualTo(left).Within(20), "those who are gone are struck out, some at a time");
    }

    [Test]
    public async Task A_person_disabled_again_by_an_admin_is_not_enabled_by_us()
    {
        Build(new GateOptions("http://127.0.0.1:3000", ApprovedRole: "Viewer"));
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        time.Advance(TimeSpan.FromMinutes(1)); // An admin enables him and thinks better of it; only the first line has been read.
        await gate.Gate.HandleAsync(Batch(new EnabledByAdmin(time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        await SettleAsync();
        Assert.That(user.IsDisabled, Is.True);
    }

    [TestCase("command")]
    [TestCase("line")]
    [TestCase("early line")]
    public async Task Whoever_is_approved_gets_the_role_of_the_settings_if_he_has_none(string how)
    {
        Build(new GateOptions("http://127.0.0.1:3000", ApprovedRole: "Editor"));
        await SettleAsync();
        var user = world.Add("new@example.net", "new@example.net");
        grafana.Setup(g => g.OrganisationsOfAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<OrganisationMembership>>(GrafanaOutcome.Done, [new(1, "Main Org.", "None"), new(2, "Clinic", "Viewer")], ""));
        if (how != "early line") await SettleAsync();
        if (how == "command")
        {
            await CommandAsync("approve", $"uid:{user.Uid}");
        }
        else
        {
            time.Advance(TimeSpan.FromMinutes(1));
            user.IsDisabled = false;
            await gate.Gate.HandleAsync(Batch(new EnabledByAdmin(time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        }

        await SettleAsync();
        grafana.Verify(g => g.SetRoleAsync(1, user.Id, "Editor", It.IsAny<CancellationToken>()), Times.Once);
        grafana.Verify(g => g.SetRoleAsync(2, It.IsAny<long>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Test]
    public async Task Nobody_is_told_of_an_approval_before_it_is_carried_out_and_Grafana_is_not_hammered()
    {
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        disk.Deliver();
        grafana.Setup(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Refused, null, "Grafana answered 403: Permissions needed: users:enable."));
        var reply = await CommandAsync("approve", $"uid:{user.Uid}");
        for (var i = 0; i < 240; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            await gate.Gate.WorkAsync(CancellationToken.None);
        }

        Assert.Multiple(() =>
        {
            Assert.That(reply.Text, Does.Contain("users:enable"));
            Assert.That(disk.Waiting, Is.Empty);
            grafana.Verify(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()), Times.AtMost(6));
        });
        Assert.That((await CommandAsync("pending", "")).Text, Does.Contain("approved, NOT DONE YET"));
    }

    [Test]
    public async Task An_old_database_whose_list_says_no_ages_is_known_by_the_records()
    {
        // Grafana 12.3 need not give "created" in lists (docs/grafana.md §5).
        await SettleAsync();
        var older = Enumerable.Range(0, 30).Select(i => new SimulatedUser
        {
            Id = 500 + i,
            Uid = $"restored{i}",
            Login = $"restored{i}",
            Email = $"restored{i}@example.org",
            Created = time.GetUtcNow().AddYears(-1),
        }).ToList();
        world.Users.AddRange(older);
        grafana.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>())).ReturnsAsync(() => new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(
            GrafanaOutcome.Done, world.Users.ConvertAll(u => u.Record with { Created = null }), ""));
        await SettleAsync();
        Assert.That((older.Exists(u => u.IsDisabled), gate.Troubles.Has(TroubleKind.UnknownDatabase)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_list_that_lacks_somebody_does_not_make_him_new()
    {
        var colleague = world.Users.First(u => u.Login == "colleague1");
        grafana.SetupSequence(g => g.AllUsersAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Done, world.Users.Where(u => u != colleague).Select(u => u.Record).ToList(), ""))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Done, world.Users.ConvertAll(u => u.Record), ""));
        await SettleAsync();
        await SettleAsync();
        Assert.That(colleague.IsDisabled, Is.False);
    }

    [Test]
    public async Task An_admitted_account_that_comes_back_with_its_uid_is_still_admitted()
    {
        await SettleAsync();
        var colleague = world.Users.First(u => u.Login == "colleague1");
        world.Users.Remove(colleague); // And the deletion is rolled back.
        await SettleAsync();
        Assert.That(Status(colleague), Is.Null);
        world.Users.Add(colleague);
        await SettleAsync();
        Assert.That((colleague.IsDisabled, Status(colleague)), Is.EqualTo((false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task Rejecting_somebody_who_waits_settles_the_mail_that_asked()
    {
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await CommandAsync("reject", $"uid:{user.Uid}");
        Assert.That(disk.Waiting.Values.Select(m => m.Subject.Split(':')[0]), Is.EqualTo(new[] { "Rejected" }));
    }

    [Test]
    public async Task A_hundred_deleted_at_once_are_one_mail()
    {
        var people = Enumerable.Range(0, 100).Select(i => world.Add($"bulk{i}@example.net", $"bulk{i}@example.net")).ToList();
        await SettleAsync();
        time.Advance(TimeSpan.FromMinutes(11));
        await SettleAsync();
        disk.Deliver();
        world.Users.RemoveAll(people.Contains);
        for (var i = 0; i < 10; i++) await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(disk.Waiting.Values.Select(m => m.Subject), Is.All.StartsWith("Rejected: "));
            Assert.That(disk.Waiting, Has.Count.LessThanOrEqualTo(5));
        });
    }

    [Test]
    public async Task Grafana_that_does_not_answer_is_mailed_when_it_lasts()
    {
        await SettleAsync();
        world.IsDown = true;
        await SettleAsync();
        Assert.That(disk.Waiting, Is.Empty);
        time.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync();
        Assert.That(disk.Waiting.Values.Single().Subject, Does.StartWith("ACTION NEEDED: new accounts may NOT be disabled"));
    }

    [Test]
    public async Task A_flood_is_announced_once_with_how_to_close_sign_up()
    {
        for (var i = 0; i < 60; i++) world.Add($"bulk{i}@example.net", $"bulk{i}@example.net");
        await SettleAsync();
        await SettleAsync();
        Assert.That(disk.Waiting.Values.Single().Text, Does.Contain("allow_sign_up = false"));
    }

    [Test]
    public async Task Being_signed_out_is_said_once_and_its_end_once()
    {
        await SettleAsync();
        world.IsSignedOut = true;
        for (var i = 0; i < 5; i++) await SettleAsync();
        Assert.That(disk.Waiting.Values.Select(m => m.Subject), Is.EqualTo(new[] { "ACTION NEEDED: new accounts are NOT being disabled, the daemon cannot sign in" }));
        disk.Deliver();
        world.IsSignedOut = false;
        time.Advance(TimeSpan.FromMinutes(12));
        for (var i = 0; i < 5; i++) await SettleAsync();
        Assert.That(disk.Waiting.Values.Select(m => m.Subject), Is.EqualTo(new[] { "Well again after 12 min: the daemon is signed in, new accounts are disabled" }));
    }

    [Test]
    public async Task A_full_disk_keeps_nobody_from_being_locked_and_is_said()
    {
        await SettleAsync();
        disk.IsFull = true;
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(user.IsDisabled, Is.True);
            Assert.That(gate.Troubles.Has(TroubleKind.StateNotSaved), Is.True);
        });
        disk.IsFull = false;
        await SettleAsync();
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(gate.Troubles.Has(TroubleKind.StateNotSaved), Is.False);
            Assert.That(disk.Load().Accounts.Find(a => a.Uid == user.Uid)?.Status, Is.EqualTo(AccountStatus.Locked));
        });
    }

    [Test]
    public async Task In_a_restored_database_only_newcomers_are_locked_until_it_is_accepted()
    {
        await SettleAsync();
        var gone = world.Users.Where(u => u.Id >= 100).Take(5).ToList();
        world.Users.RemoveAll(gone.Contains);
        var older = Enumerable.Range(0, 3).Select(i => new SimulatedUser
        {
            Id = 500 + i,
            Uid = $"restored{i}",
            Login = $"restored{i}",
            Email = $"restored{i}@example.org",
            Created = time.GetUtcNow().AddYears(-1),
        }).ToList();
        world.Users.AddRange(older);
        var newcomer = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(newcomer.IsDisabled, Is.True);
            Assert.That(older.Exists(u => u.IsDisabled), Is.False);
            Assert.That(gate.Troubles.Has(TroubleKind.UnknownDatabase), Is.True);
        });

        var listed = await gate.Commands.ExecuteAsync(new ControlRequest("accept-database"), CancellationToken.None);
        Assert.That(listed.Text, Does.StartWith("3 accounts would be admitted as they are, 5 known ones are missing"));
        await gate.Commands.ExecuteAsync(new ControlRequest("accept-database", new Dictionary<string, string> { ["confirm"] = "yes", ["by"] = "root" }), CancellationToken.None);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(gate.Troubles.Has(TroubleKind.UnknownDatabase), Is.False);
            Assert.That(older.Exists(u => u.IsDisabled), Is.False);
            Assert.That(newcomer.IsDisabled, Is.True);
        });
    }

    [Test]
    public async Task A_service_account_wakes_the_gate_once_and_is_remembered()
    {
        await SettleAsync();
        grafana.Setup(g => g.ServiceAccountsAsync(1, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<ServiceAccount>>(GrafanaOutcome.Done, [new(28, "sa-1-athena-bot", "athena-bot", 1, "Admin", false)], ""));
        Assert.That(gate.Memory.IsKnownId(28), Is.False);
        await gate.Gate.HandleAsync(Batch(new StrangerSeen(time.GetUtcNow(), 28)), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(gate.Memory.IsKnownId(28), Is.True);
            Assert.That(gate.Memory.State.ServiceAccounts, Does.Contain(28));
        });
    }

    [Test]
    public async Task Rejecting_locks_also_somebody_admitted_and_deletes_on_request()
    {
        await SettleAsync();
        var colleague = world.Users.First(u => u.Login == "colleague1");
        var reply = await CommandAsync("reject", $"uid:{colleague.Uid}");
        Assert.That((reply.ExitCode, colleague.IsDisabled, Status(colleague)), Is.EqualTo((0, true, AccountStatus.Rejected)));
        reply = await CommandAsync("reject", $"uid:{colleague.Uid}", ("delete", "yes"));
        Assert.That((reply.ExitCode, world.Users.Contains(colleague)), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task The_daemon_s_own_account_cannot_be_rejected()
    {
        var reply = await CommandAsync("reject", $"id:{SimulatedGrafana.SelfId}");
        Assert.That((reply.ExitCode, world.Users.Single(u => u.Id == SimulatedGrafana.SelfId).IsDisabled), Is.EqualTo((1, false)));
    }

    [Test]
    public async Task An_ambiguous_word_is_refused_with_both_accounts_shown()
    {
        await SettleAsync();
        var victim = world.Users.First(u => u.Login == "colleague1");
        var thief = world.Add("" + victim.Id, "thief@example.net");
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
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        grafana.Setup(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Unavailable, null, "connection refused"));
        var reply = await CommandAsync("approve", $"uid:{user.Uid}");
        Assert.That((reply.ExitCode, user.IsDisabled), Is.EqualTo((1, true)));
        grafana = Spy(world);
        Build();
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task A_dry_run_changes_nothing_and_a_real_run_after_it_locks()
    {
        var user = world.Add("new@example.net", "new@example.net");
        var before = disk.State;
        var dry = new DryRun(world, NullLogger<DryRun>.Instance);
        var pretence = GateAssembly.Build(disk.Load(), dry, null, dry, dry, dry, Writer(), new GateOptions("http://127.0.0.1:3000"), time, NullLoggerFactory.Instance);
        await pretence.Gate.LookAsync(CancellationToken.None);
        await pretence.Gate.WorkAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(pretence.Memory.Book.FindByRef(user.Uid)?.Status, Is.EqualTo(AccountStatus.Locked), "as far as the dry run goes");
            Assert.That((user.IsDisabled, user.Sessions, disk.State), Is.EqualTo((false, 1, before)));
            Assert.That((disk.Waiting.Count, disk.Audit.Count), Is.EqualTo((0, 0)));
        });
        await SettleAsync();
        Assert.That(user.IsDisabled, Is.True);
    }

    [Test]
    public async Task What_somebody_typed_about_himself_is_forgotten_once_he_is_admitted()
    {
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await gate.Gate.HandleAsync(Batch(new EnabledByAdmin(time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        await ExposeAsync();
        Assert.That(disk.State, Does.Not.Contain("new@example.net"));
    }

    [Test]
    public async Task Whoever_waits_is_brought_to_mind_after_a_day_three_days_and_a_week_and_then_no_more()
    {
        world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        disk.Deliver();
        var reminders = new List<int>();
        for (var hour = 1; hour <= 24 * 30; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            await gate.Gate.WorkAsync(CancellationToken.None);
            if (disk.Waiting.Values.Any(m => m.Subject.StartsWith("Still waiting for you", StringComparison.Ordinal))) reminders.Add(hour);
            disk.Deliver();
        }

        Assert.That(reminders, Is.EqualTo(new[] { 24, 72, 168 }).Within(1));
        Assert.That((await CommandAsync("pending", "")).Text, Does.StartWith("stale "));
    }

    [Test]
    public async Task Access_that_was_given_for_a_time_ends_by_itself_after_two_warnings()
    {
        var user = world.Add("contractor@example.net", "contractor@example.net");
        await SettleAsync();
        var until = time.GetUtcNow().AddDays(30);
        var reply = await CommandAsync("approve", $"uid:{user.Uid}", ("until", until.ToString("O")));
        Assert.That((reply.ExitCode, user.IsDisabled), Is.EqualTo((0, false)));
        disk.Deliver();
        var warnings = new List<int>();
        int? ended = null;
        for (var hour = 1; hour <= 24 * 40; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            await gate.Gate.WorkAsync(CancellationToken.None);
            await gate.Gate.WorkAsync(CancellationToken.None);
            if (disk.Waiting.Values.Any(m => m.Subject.StartsWith("Access ends soon", StringComparison.Ordinal))) warnings.Add(hour);
            if (user.IsDisabled) ended ??= hour;
            disk.Deliver();
        }

        Assert.Multiple(() =>
        {
            Assert.That(warnings, Is.EqualTo(new[] { 23 * 24, 29 * 24 }).Within(1));
            Assert.That(ended, Is.EqualTo(30 * 24).Within(1));
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Rejected));
        });
    }

    [Test]
    public async Task A_review_is_mailed_once_a_quarter_and_not_at_the_first_start()
    {
        await SettleAsync();
        for (var day = 0; day < 200; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            await SettleAsync();
        }

        Assert.That(disk.Waiting.Keys.Where(key => key.StartsWith("review/", StringComparison.Ordinal)), Is.EquivalentTo(new[] { "review/2027-Q1", "review/2027-Q2" }));
    }

    [Test]
    public async Task An_end_in_the_past_is_refused()
    {
        var user = world.Add("contractor@example.net", "contractor@example.net");
        await SettleAsync();
        var reply = await CommandAsync("approve", $"uid:{user.Uid}", ("until", "2020-01-01"));
        Assert.That((reply.ExitCode, user.IsDisabled), Is.EqualTo((1, true)));
    }

    [Test]
    public async Task The_log_s_position_is_on_disk_with_the_decisions_that_it_led_to()
    {
        var user = world.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        var position = new Athena.Common.Logs.LogPosition("file:grafana.log", "1:1", 4711, "x", null);
        await gate.Gate.HandleAsync(new LogBatch([new EnabledByAdmin(time.GetUtcNow(), user.Uid, 1, "admin")], position, null, null), CancellationToken.None);
        Assert.That((disk.Load().Log?.Offset, disk.Load().Accounts.Find(a => a.Uid == user.Uid)?.Status), Is.EqualTo((4711L, AccountStatus.Admitted)));
    }

    [Test]
    public async Task When_the_log_last_had_a_gap_is_remembered_over_a_restart()
    {
        await gate.Gate.HandleAsync(new LogBatch([], null, LogContinuity.Continuous, null), CancellationToken.None);
        Assert.That(gate.Memory.State.LastGapAt, Is.Null);
        var at = time.GetUtcNow();
        await gate.Gate.HandleAsync(new LogBatch([], null, new LogContinuity(false, null, null, "It was truncated."), null), CancellationToken.None);
        time.Advance(TimeSpan.FromDays(3));
        await SettleAsync();
        gate.Gate.Close();
        Build();
        Assert.That(gate.Memory.State.LastGapAt, Is.EqualTo(at));
    }

    private void Build(GateOptions? options = null) => gate = GateAssembly.Build(
        disk.Load(), grafana.Object, world.Table, disk, disk, disk, Writer(), options ?? new GateOptions("http://127.0.0.1:3000"), time, NullLoggerFactory.Instance);

    private static LetterWriter Writer() => new(new MailOptions(
        ["one@example.org", "two@example.org"], new Uri("http://127.0.0.1:3000"), new Brand("Athena", "Digital-On Tech", null, null), TimeZoneInfo.Utc));

    private static LogBatch Batch(params LogEvent[] events) => new(events, null, null, null);

    private AccountStatus? Status(SimulatedUser user) => gate.Memory.Book.FindByRef(user.Uid)?.Status;

    /// <summary>A request of his own appears in the log.</summary>
    private Task ReadRequestAsync(SimulatedUser user)
    {
        var watch = new LogWatch(gate.Memory.IsKnownId, gate.Memory.IsKeptOut, () => gate.Gate.OurLogId, gate.Recorder);
        world.LogRequest(user.Id, user.Login, "GET", "/api/search", 200);
        watch.OnLine(world.Log[^1]);
        return gate.Gate.HandleAsync(Batch([.. watch.TakeEvents()]), CancellationToken.None);
    }

    private async Task SettleAsync()
    {
        await gate.Gate.LookAsync(CancellationToken.None);
        for (var i = 0; i < 3; i++)
        {
            await gate.Gate.WorkAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    /// <summary>What somebody did inside is written down five seconds after the lock; the mails wait for it.</summary>
    private Task ExposeAsync()
    {
        time.Advance(TimeSpan.FromSeconds(5));
        return gate.Gate.WorkAsync(CancellationToken.None);
    }

    private Task<ControlReply> CommandAsync(string command, string who, params (string Name, string Value)[] more)
    {
        var arguments = new Dictionary<string, string> { ["who"] = who, ["by"] = "root" };
        foreach (var (name, value) in more) arguments[name] = value;
        return gate.Commands.ExecuteAsync(new ControlRequest(command, arguments), CancellationToken.None);
    }

    /// <summary>Passes every call on and counts it.</summary>
    private static Mock<IGrafana> Spy(SimulatedGrafana world)
    {
        var spy = new Mock<IGrafana>();
        spy.Setup(g => g.WhoAmIAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.WhoAmIAsync(c));
        spy.Setup(g => g.ServerSettingsAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.ServerSettingsAsync(c));
        spy.Setup(g => g.InvitationsAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long org, CancellationToken c) => world.InvitationsAsync(org, c));
        spy.Setup(g => g.DeleteServiceAccountAsync(It.IsAny<long>(), It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long org, long id, CancellationToken c) => world.DeleteServiceAccountAsync(org, id, c));
        spy.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.AllUsersAsync(c));
        spy.Setup(g => g.UserAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long id, CancellationToken c) => world.UserAsync(id, c));
        spy.Setup(g => g.LookUpAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns((string who, CancellationToken c) => world.LookUpAsync(who, c));
        spy.Setup(g => g.OrganisationsOfAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long id, CancellationToken c) => world.OrganisationsOfAsync(id, c));
        spy.Setup(g => g.OrganisationsAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.OrganisationsAsync(c));
        spy.Setup(g => g.ServiceAccountsAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long id, CancellationToken c) => world.ServiceAccountsAsync(id, c));
        spy.Setup(g => g.SessionsAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long id, CancellationToken c) => world.SessionsAsync(id, c));
        spy.Setup(g => g.DisableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long id, CancellationToken c) => world.DisableAsync(id, c));
        spy.Setup(g => g.EnableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long id, CancellationToken c) => world.EnableAsync(id, c));
        spy.Setup(g => g.LogoutAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long id, CancellationToken c) => world.LogoutAsync(id, c));
        spy.Setup(g => g.SetRoleAsync(It.IsAny<long>(), It.IsAny<long>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((long org, long id, string role, CancellationToken c) => world.SetRoleAsync(org, id, role, c));
        spy.Setup(g => g.DeleteUserAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns((long id, CancellationToken c) => world.DeleteUserAsync(id, c));
        return spy;
    }
}
