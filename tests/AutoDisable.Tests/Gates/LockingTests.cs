using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>How the gate locks whoever is new.</summary>
internal sealed class LockingTests : GateScenario
{
    [Test]
    public async Task Disables_a_new_account_once_and_tells_the_admins_once()
    {
        var user = World.Add("new@example.net", "new@example.net");
        for (var i = 0; i < 6; i++) await SettleAsync(); // The mail waits until it is known what they did inside.
        Assert.Multiple(() =>
        {
            Assert.That(user.IsDisabled, Is.True);
            Grafana.Verify(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>()), Times.Once);
            Grafana.Verify(g => g.DisableAsync(It.Is<long>(id => id != user.Id), It.IsAny<CancellationToken>()), Times.Never);
            Assert.That(
                Disk.Waiting.Values.Count(m => m.Subject.StartsWith("Locked, waiting for you", StringComparison.Ordinal)), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task The_log_line_alone_locks_an_account_without_the_whole_list()
    {
        await SettleAsync();
        var user = World.Add("new@example.net", "new@example.net");
        Grafana.Invocations.Clear();
        await Daemon.Gate.HandleAsync(Batch(new SignedIn(Time.GetUtcNow(), user.Email)), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(user.IsDisabled, Is.True);
            Grafana.Verify(g => g.AllUsersAsync(It.IsAny<CancellationToken>()), Times.Never);
        });
    }

    [Test]
    public async Task The_intent_is_on_disk_before_the_account_is_disabled()
    {
        await SettleAsync();
        var user = World.Add("new@example.net", "new@example.net");
        AccountStatus? onDisk = null;
        World.Disabled = u => onDisk = Disk.Load().Accounts.Find(a => a.Uid == u.Uid)?.Status;
        await Daemon.Gate.HandleAsync(Batch(new SignedIn(Time.GetUtcNow(), user.Email)), CancellationToken.None);
        Assert.That(onDisk, Is.EqualTo(AccountStatus.Locking));
    }

    [Test]
    public async Task A_look_up_that_finds_somebody_known_leads_to_the_whole_list()
    {
        // Their login is a colleague's e-mail: the look-up by e-mail finds the colleague (docs/grafana.md §5).
        await SettleAsync();
        await Daemon.Gate.HandleAsync(Batch(new SignedIn(Time.GetUtcNow(), "colleague1@example.org")), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(Daemon.Gate.IsLookWanted, Is.True);
            Assert.That(World.Users.Exists(u => u.IsDisabled), Is.False);
        });
    }

    [Test]
    public async Task Sessions_that_survive_the_disable_are_ended_before_the_account_counts_as_locked()
    {
        var user = World.Add("new@example.net", "new@example.net");
        Grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            user.IsDisabled = true; // But their sessions stay.
            return new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Done, new Acknowledgement("User disabled"), "");
        });
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Grafana.Verify(g => g.LogoutAsync(user.Id, It.IsAny<CancellationToken>()), Times.Once);
            Assert.That(user.Sessions, Is.Zero);
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
        });
    }

    [Test]
    public async Task A_disable_that_did_not_take_is_repeated()
    {
        var user = World.Add("new@example.net", "new@example.net");
        var calls = 0;
        Grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>())).Returns((long id, CancellationToken cancel) =>
            ++calls < 3
                ? Task.FromResult(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Done, new Acknowledgement("User disabled"), ""))
                : World.DisableAsync(id, cancel));
        await SettleAsync();
        Time.Advance(TimeSpan.FromSeconds(1));
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));
    }

    [Test]
    public async Task A_request_that_was_under_way_at_the_lock_costs_one_question_and_no_more()
    {
        var user = World.Add("slow", "slow@example.net");
        await SettleAsync();
        var asked = World.Asked.Count;
        await ReadRequestAsync(user);
        Assert.That((string.Join(' ', World.Asked[asked..]), Daemon.Gate.IsLookWanted), Is.EqualTo(($"/api/users/{user.Id}", false)));
    }

    [Test]
    public async Task Somebody_enabled_at_another_node_is_not_locked_for_the_first_request()
    {
        var user = World.Add("waits", "waits@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await ReadRequestAsync(user);
        Assert.That(
            (user.IsDisabled, Daemon.Gate.IsLookWanted), Is.EqualTo((false, true)), "the look waits for the line that says by whom");
    }

    [Test]
    public async Task Answers_that_come_all_at_once_on_many_threads_leave_the_memory_whole()
    {
        World.Yields = true;
        for (var round = 0; round < 40; round++)
        {
            var people = Enumerable.Range(0, 50)
                .Select(i => World.Add($"r{round}n{i}@example.net", $"r{round}n{i}@example.net", isExternal: i % 10 == 0)).ToList();
            await Daemon.Gate.LookAsync(CancellationToken.None);
            if (round % 2 == 0) World.Users.RemoveAll(people.Take(20).Contains); // Gone while they are being locked.
            for (var i = 0; i < 3; i++)
            {
                await Daemon.Gate.WorkAsync(CancellationToken.None);
                Time.Advance(TimeSpan.FromSeconds(1));
            }

            foreach (var user in people.Where(World.Users.Contains))
                Assert.That(Status(user), Is.EqualTo(user.IsExternal ? AccountStatus.AtDoor : AccountStatus.Locked), user.ToString());
        }

        var left = World.Users.Count(u => !u.IsBaseline);
        Assert.That(
            Daemon.Memory.Book.All.Count(a => a.Id >= 106),
            Is.EqualTo(left).Within(20),
            "those who are gone are struck out, some at a time");
    }

    [Test]
    public async Task A_dry_run_changes_nothing_and_a_real_run_after_it_locks()
    {
        var user = World.Add("new@example.net", "new@example.net");
        var before = Disk.State;
        var dry = new DryRun(World, NullLogger<DryRun>.Instance);
        var pretence = AutoDisableParts.Build(
            Disk.Load(),
            dry,
            null,
            new DryStateStore<AutoDisableState>(Disk),
            new DryOutbox([], dry.WouldSend),
            dry,
            Writer(),
            new AutoDisableOptions("http://127.0.0.1:3000"),
            Time,
            NullLoggerFactory.Instance);
        await pretence.Gate.LookAsync(CancellationToken.None);
        await pretence.Gate.WorkAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(pretence.Memory.Book.FindByRef(user.Uid)?.Status, Is.EqualTo(AccountStatus.Locked), "as far as the dry run goes");
            Assert.That((user.IsDisabled, user.Sessions, Disk.State), Is.EqualTo((false, 1, before)));
            Assert.That((Disk.Waiting.Count, Disk.Audit.Count), Is.EqualTo((0, 0)));
        });
        await SettleAsync();
        Assert.That(user.IsDisabled, Is.True);
    }
}
