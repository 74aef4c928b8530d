using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Whom the gate lets be: who was there before, who is known again, and what is no person.</summary>
internal sealed class KnownAccountTests : GateScenario
{
    [Test]
    public async Task A_new_server_admin_is_reported_and_let_be()
    {
        World.Add("boss", "boss@example.org", isAdmin: true);
        await SettleAsync();
        Grafana.Verify(g => g.DisableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()), Times.Never);
        Assert.That(Disk.Waiting.Values.Select(m => m.Subject), Has.One.StartsWith("ACTION NEEDED, a new server admin"));
    }

    [Test]
    public async Task A_burst_in_a_list_that_does_not_say_how_old_they_are_is_locked_before_anything_else_is_asked()
    {
        // Grafana 12.3 need not give "created" in lists (docs/grafana.md §5).
        await SettleAsync();
        var burst = Enumerable.Range(0, 30).Select(i => World.Add($"burst{i}@example.net", $"burst{i}@example.net")).ToList();
        foreach (var user in burst) user.Created = Time.GetUtcNow().AddYears(-1); // Another clock.
        Grafana.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>())).ReturnsAsync(() => new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(
            GrafanaOutcome.Done, World.Users.ConvertAll(u => u.Record with { Created = null }), ""));
        World.Asked.Clear();
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(burst.TrueForAll(u => u.IsDisabled), Is.True);
            Assert.That(Daemon.Troubles.Has(TroubleKind.UnknownDatabase), Is.False);
            Assert.That(World.Asked.Take(30), Has.All.EndsWith("/disable"), "nothing stands in front of the locks");
        });
    }

    [Test]
    public async Task In_another_database_whose_list_does_not_say_it_the_ages_are_asked_once_and_nobody_of_it_is_locked_or_admitted()
    {
        await SettleAsync();
        World.Users.RemoveAll(u => u.Id >= 100);
        var residents = Enumerable.Range(0, 30).Select(i => World.Add($"other{i}", $"other{i}@example.org", id: 5000 + i)).ToList();
        foreach (var user in residents) user.Created = Time.GetUtcNow().AddYears(-1);
        Grafana.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>())).ReturnsAsync(() => new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(
            GrafanaOutcome.Done, World.Users.ConvertAll(u => u.Record with { Created = null }), ""));
        await SettleAsync();
        World.Asked.Clear();
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Daemon.Troubles.Has(TroubleKind.UnknownDatabase), Is.True);
            Assert.That(residents.Exists(u => u.IsDisabled), Is.False);
            Assert.That(residents.Select(Status), Has.All.Null, "left as they are, and not admitted");
            Assert.That(World.Asked, Has.None.StartsWith("/api/users/5"), "asked once");
        });

        // Whoever comes now is new by the id, whatever a clock says.
        var newcomer = World.Add("new@example.net", "new@example.net", id: 6000);
        newcomer.Created = Time.GetUtcNow().AddDays(-2);
        await SettleAsync();
        Assert.That(newcomer.IsDisabled, Is.True);
        var accepted = await Daemon.Commands.ExecuteAsync(new ControlRequest("accept-database"), CancellationToken.None);
        Assert.That(accepted.Text, Does.StartWith("30 accounts would be admitted as they are"));
    }

    [Test]
    public async Task A_list_that_lacks_somebody_does_not_make_them_new()
    {
        var colleague = World.Users.First(u => u.Login == "colleague1");
        Grafana.SetupSequence(g => g.AllUsersAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(
                GrafanaOutcome.Done, World.Users.Where(u => u != colleague).Select(u => u.Record).ToList(), ""))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Done, World.Users.ConvertAll(u => u.Record), ""));
        await SettleAsync();
        await SettleAsync();
        Assert.That(colleague.IsDisabled, Is.False);
    }

    [Test]
    public async Task An_admitted_account_that_comes_back_with_its_uid_is_still_admitted()
    {
        await SettleAsync();
        var colleague = World.Users.First(u => u.Login == "colleague1");
        World.Users.Remove(colleague); // And the deletion is rolled back.
        await SettleAsync();
        Assert.That(Status(colleague), Is.Null);
        World.Users.Add(colleague);
        await SettleAsync();
        Assert.That((colleague.IsDisabled, Status(colleague)), Is.EqualTo((false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task In_a_restored_database_only_newcomers_are_locked_until_it_is_accepted()
    {
        await SettleAsync();
        var gone = World.Users.Where(u => u.Id >= 100).Take(5).ToList();
        World.Users.RemoveAll(gone.Contains);
        var older = Enumerable.Range(0, 3).Select(i => new SimulatedUser
        {
            Id = 500 + i,
            Uid = $"restored{i}",
            Login = $"restored{i}",
            Email = $"restored{i}@example.org",
            Created = Time.GetUtcNow().AddYears(-1),
        }).ToList();
        World.Users.AddRange(older);
        var newcomer = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(newcomer.IsDisabled, Is.True);
            Assert.That(older.Exists(u => u.IsDisabled), Is.False);
            Assert.That(Daemon.Troubles.Has(TroubleKind.UnknownDatabase), Is.True);
        });

        var listed = await Daemon.Commands.ExecuteAsync(new ControlRequest("accept-database"), CancellationToken.None);
        Assert.That(listed.Text, Does.StartWith("3 accounts would be admitted as they are, 5 known ones are missing"));
        await Daemon.Commands.ExecuteAsync(
            new ControlRequest("accept-database", new Dictionary<string, string> { ["confirm"] = "yes", ["by"] = "root" }),
            CancellationToken.None);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Daemon.Troubles.Has(TroubleKind.UnknownDatabase), Is.False);
            Assert.That(older.Exists(u => u.IsDisabled), Is.False);
            Assert.That(newcomer.IsDisabled, Is.True);
        });
    }

    [Test]
    public async Task A_service_account_wakes_the_gate_once_and_is_remembered()
    {
        await SettleAsync();
        Grafana.Setup(g => g.ServiceAccountsAsync(1, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<ServiceAccount>>(
                GrafanaOutcome.Done, [new(28, "sa-1-athena-bot", "athena-bot", 1, "Admin", false)], ""));
        Assert.That(Daemon.Memory.IsKnownId(28), Is.False);
        await Daemon.Gate.HandleAsync(Batch(new StrangerSeen(Time.GetUtcNow(), 28)), CancellationToken.None);
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(Daemon.Memory.IsKnownId(28), Is.True);
            Assert.That(Daemon.Memory.State.ServiceAccounts, Does.Contain(28));
        });
    }

    [Test]
    public async Task A_newcomer_who_gets_the_id_of_a_service_account_of_before_a_restore_is_watched_as_any_other()
    {
        await SettleAsync();
        World.ServiceAccounts.Add(new ServiceAccount(28, "sa-1-athena-bot", "athena-bot", 1, "Admin", false));
        await Daemon.Gate.HandleAsync(Batch(new StrangerSeen(Time.GetUtcNow(), 28)), CancellationToken.None);
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(Daemon.Memory.IsAdmitted(28), Is.True);

        World.ServiceAccounts.Clear();
        var user = World.Add("new@example.net", "new@example.net", id: 28);
        await Daemon.Gate.HandleAsync(Batch(new SignedIn(Time.GetUtcNow(), user.Email)), CancellationToken.None);
        await ReadRequestAsync(user);
        await SettleAsync();
        await ExposeAsync();
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)?.Case?.Exposure?.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_newcomer_who_gets_the_id_that_was_ours_before_a_restore_is_locked([Values] bool wasSignedOut)
    {
        await SettleAsync();
        var ours = await RestoreWithoutUsAsync(wasSignedOut);
        var newcomer = World.Add("new@example.net", "new@example.net", id: SimulatedGrafana.SelfId);
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That((newcomer.IsDisabled, Status(newcomer)), Is.EqualTo((true, AccountStatus.Locked)));
            Assert.That((ours.IsDisabled, Status(ours)), Is.EqualTo((false, AccountStatus.Admitted)));
            Assert.That(Daemon.Gate.OurLogId, Is.EqualTo(ours.Id));
        });
    }

    [Test]
    public async Task Our_own_account_that_was_made_again_is_not_locked_for_the_line_of_our_sign_in()
    {
        await SettleAsync();
        var ours = await RestoreWithoutUsAsync(wasSignedOut: true);
        await Daemon.Gate.HandleAsync(Batch(new SignedIn(Time.GetUtcNow(), ours.Email)), CancellationToken.None);
        Assert.That(ours.IsDisabled, Is.False);
    }

    /// <summary>
    /// Grafana's database is restored from a dump that is older than our account, and an admin makes that again: under another id, and
    /// without the right of a server admin, which would keep it from being locked by itself.
    /// </summary>
    private async Task<SimulatedUser> RestoreWithoutUsAsync(bool wasSignedOut)
    {
        World.IsSignedOut = wasSignedOut;
        await SettleAsync();
        World.IsSignedOut = false;
        World.Users.RemoveAll(user => user.Id == SimulatedGrafana.SelfId);
        var ours = World.Add("athena", "athena@example.org", isBaseline: true, id: 15);
        Grafana.Setup(g => g.WhoAmIAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(() =>
                World.IsSignedOut ? new(GrafanaOutcome.SignInFailed, null, "401") : new(GrafanaOutcome.Done, ours.Record, ""));
        return ours;
    }
}
