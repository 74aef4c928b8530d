using System.Text.Json.Nodes;
using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Taking over from a guard of before, also a second time with a memory of our own that is weeks old.</summary>
internal sealed class MigrationPlanTests : GateScenario
{
    [Test]
    public async Task Who_was_let_in_meanwhile_stays_who_was_disabled_stays_so_and_who_came_since_is_locked()
    {
        await SettleAsync();
        Time.Advance(TimeSpan.FromDays(30)); // The old timer guards.
        var letIn = Made("let.in", TimeSpan.FromDays(20));
        var refused = Made("refused", TimeSpan.FromDays(20), isDisabled: true);
        SimulatedUser[] since =
        [
            Made("since1", TimeSpan.FromDays(2)), Made("since2", TimeSpan.FromDays(2)), Made("since3", TimeSpan.FromMinutes(1)),
        ];

        TakeOver(Time.GetUtcNow() - TimeSpan.FromDays(3));
        await SettleAsync();

        Assert.That((Status(letIn), letIn.IsDisabled), Is.EqualTo((AccountStatus.Admitted, false)));
        Assert.That(Status(refused), Is.EqualTo(AccountStatus.DisabledBefore));
        Assert.That(
            since.Select(user => (Status(user), user.IsDisabled)),
            Is.All.EqualTo((AccountStatus.Locked, true)),
            "several of some days ago are no restored database");
        Assert.That(Daemon.Troubles.Has(TroubleKind.UnknownDatabase), Is.False);
    }

    [Test]
    public async Task Whom_we_hold_locked_is_not_let_in_by_a_change_of_guards()
    {
        await SettleAsync();
        var stranger = World.Add("stranger", "stranger@example.net");
        await SettleAsync();
        Assert.That(Status(stranger), Is.EqualTo(AccountStatus.Locked));
        Time.Advance(TimeSpan.FromDays(30));

        TakeOver(Time.GetUtcNow());
        await SettleAsync();

        Assert.That((Status(stranger), stranger.IsDisabled), Is.EqualTo((AccountStatus.Locked, true)));
    }

    [Test]
    public void Without_a_memory_all_before_the_limit_stay_and_a_server_admin_in_any_case()
    {
        var boss = Made("boss", TimeSpan.Zero, isAdmin: true);
        var young = Made("young", TimeSpan.Zero);

        var (adopted, strangers) = AutoDisableMigration.Judge(
            World.Users.ConvertAll(u => u.Record), known: null, Time.GetUtcNow() - TimeSpan.FromSeconds(30));

        Assert.That(strangers.Select(user => user.Id), Is.EqualTo(new[] { young.Id }));
        Assert.That(adopted.Select(account => account.Id), Does.Contain(boss.Id));
        Assert.That(AutoDisableMigration.Judge(World.Users.ConvertAll(u => u.Record), null, limit: null).Strangers, Is.Empty);
    }

    [TestCase("""{"lastLook":"2026-11-21T06:00:00Z","dryRun":false,"troubles":[]}""", null)]
    [TestCase("""{"lastLook":null,"dryRun":false,"troubles":[]}""", "it has not seen the whole user list yet")]
    [TestCase(
        """{"lastLook":null,"dryRun":false,"troubles":[{"kind":"GrafanaDown","detail":"connection refused"}]}""",
        "it has not seen the whole user list yet (connection refused)")]
    [TestCase("""{"lastLook":"2026-11-21T06:00:00Z","dryRun":true,"troubles":[]}""", "DRY_RUN is set, so it locks nobody")]
    public void It_guards_when_it_has_seen_the_whole_list_and_may_act(string status, string? why) =>
        Assert.That(AutoDisableMigration.WhyNotYet(JsonNode.Parse(status)!), Is.EqualTo(why));

    private void TakeOver(DateTimeOffset limit)
    {
        var state = Disk.Load();
        state.Accounts.AddRange(AutoDisableMigration.Judge(World.Users.ConvertAll(u => u.Record), state, limit).Adopted);
        state.LastCompleteLook = limit;
        Disk.TryCompact(state, out _);
        Build();
    }

    private SimulatedUser Made(string login, TimeSpan ago, bool isDisabled = false, bool isAdmin = false)
    {
        var user = new SimulatedUser
        {
            Id = World.Users.Max(u => u.Id) + 1,
            Uid = login + "-uid",
            Login = login,
            Email = $"{login}@example.net",
            Created = Time.GetUtcNow() - ago,
            IsDisabled = isDisabled,
            IsAdmin = isAdmin,
        };
        World.Users.Add(user);
        return user;
    }
}
