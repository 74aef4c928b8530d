using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Strangers come first; whatever strangers can multiply stands behind the next one's lock.</summary>
internal sealed class OrderOfWorkTests : GateScenario
{
    private const int Knockers = 200;

    [Test]
    public async Task A_stranger_is_locked_before_anybody_of_those_at_the_door_is_looked_at()
    {
        var atDoor = await AtTheDoorAsync();
        var stranger = World.Add("new@example.net", "new@example.net");
        World.Asked.Clear();
        LogEvent[] signs = [.. atDoor.Select(user => new KeptOutSeen(Time.GetUtcNow(), user.Id))];
        await Daemon.Gate.HandleAsync(Batch([.. signs, new StrangerSeen(Time.GetUtcNow(), stranger.Id)]), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(stranger.IsDisabled, Is.True);
            Assert.That(World.Asked, Has.None.Match(@"auth-tokens|logout"), "nobody at the door was looked at yet");
        });
    }

    [Test]
    public async Task Between_two_slices_of_show_outs_the_news_is_looked_at_and_in_the_end_all_were_shown_out()
    {
        var atDoor = await AtTheDoorAsync();
        foreach (var user in atDoor) user.Sessions = 1;
        await Daemon.Gate.HandleAsync(
            Batch([.. atDoor.Select(user => new KeptOutSeen(Time.GetUtcNow(), user.Id))]), CancellationToken.None);

        var turns = 0;
        bool isMoreDue;
        do
        {
            var before = atDoor.Count(user => user.Sessions == 0);
            isMoreDue = await Daemon.Gate.WorkAsync(CancellationToken.None, () => atDoor.Exists(user => user.Sessions > 0));
            Assert.That(atDoor.Count(user => user.Sessions == 0) - before, Is.LessThanOrEqualTo(8), "at most a slice in front of the news");
            turns++;
        }
        while (isMoreDue && turns < 1000);

        Assert.That(atDoor.Count(user => user.Sessions > 0), Is.Zero);
    }

    [Test]
    public async Task While_the_complete_list_is_awaited_whoever_the_log_shows_is_locked()
    {
        await SettleAsync();
        var (asked, reading) = AskForTheList();
        var stranger = World.Add("new@example.net", "new@example.net");
        await Daemon.Gate.HandleAsync(Batch(new StrangerSeen(Time.GetUtcNow(), stranger.Id)), CancellationToken.None);
        Assert.That((reading.IsCompleted, stranger.IsDisabled), Is.EqualTo((false, true)));
        asked.SetResult(List());
        await Daemon.Gate.UseListAsync(await reading, CancellationToken.None);
        Assert.That(Status(stranger), Is.EqualTo(AccountStatus.Locking));
    }

    [Test]
    public async Task Whoever_was_approved_while_the_list_was_on_its_way_is_not_judged_by_it()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await ExposeAsync();
        var stale = List();
        var (asked, reading) = AskForTheList();
        await CommandAsync("approve", $"uid:{user.Uid}");
        asked.SetResult(stale);
        await Daemon.Gate.UseListAsync(await reading, CancellationToken.None);
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That((Status(user), user.IsDisabled), Is.EqualTo(((AccountStatus?)AccountStatus.Admitted, false)));
    }

    [Test]
    public async Task Whoever_was_locked_while_the_list_was_on_its_way_is_not_taken_for_enabled_by_somebody()
    {
        await SettleAsync();
        var user = World.Add("new@example.net", "new@example.net");
        var stale = List();
        var (asked, reading) = AskForTheList();
        await Daemon.Gate.HandleAsync(Batch(new StrangerSeen(Time.GetUtcNow(), user.Id)), CancellationToken.None);
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        asked.SetResult(stale);
        await Daemon.Gate.UseListAsync(await reading, CancellationToken.None);
        var account = Daemon.Memory.Book.FindByRef(user.Uid)!;
        Assert.That((account.Status, account.EnabledUnseenSince), Is.EqualTo((AccountStatus.Locked, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task Whoever_was_deleted_while_the_list_was_on_its_way_does_not_come_back_by_it()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await ExposeAsync();
        var stale = List();
        var (asked, reading) = AskForTheList();
        await CommandAsync("reject", $"uid:{user.Uid}", ("delete", "yes"));
        asked.SetResult(stale);
        await Daemon.Gate.UseListAsync(await reading, CancellationToken.None);
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid), Is.Null);
    }

    [Test]
    public async Task A_list_that_comes_after_a_later_one_is_not_used()
    {
        await SettleAsync();
        var older = await Daemon.Gate.ReadListAsync(CancellationToken.None);
        await Daemon.Gate.LookAsync(CancellationToken.None);
        var stranger = World.Add("new@example.net", "new@example.net");
        await Daemon.Gate.UseListAsync(older with { Users = List() }, CancellationToken.None);
        Assert.That(stranger.IsDisabled, Is.False);
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.That(stranger.IsDisabled, Is.True);
    }

    [Test]
    public async Task While_one_is_being_locked_the_question_who_the_next_one_is_goes_out()
    {
        await SettleAsync();
        var (first, second) = (World.Add("first@example.net", "first@example.net"), World.Add("second@example.net", "second@example.net"));
        var isBeingDisabled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var disabled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Grafana.Setup(g => g.DisableAsync(first.Id, It.IsAny<CancellationToken>())).Returns(async (long id, CancellationToken cancel) =>
        {
            isBeingDisabled.SetResult();
            await disabled.Task;
            return await World.DisableAsync(id, cancel);
        });
        var turn = Daemon.Gate.HandleAsync(Batch(new SignedIn(Time.GetUtcNow(), first.Email)), CancellationToken.None);
        await isBeingDisabled.Task;
        World.Asked.Clear();
        var next = Batch(new SignedIn(Time.GetUtcNow(), second.Email), new StrangerSeen(Time.GetUtcNow(), second.Id));
        await Daemon.Gate.AskAheadAsync(next, CancellationToken.None);
        Assert.That((turn.IsCompleted, World.Asked.Count), Is.EqualTo((false, 2)));

        disabled.SetResult();
        await turn;
        World.Asked.Clear();
        await Daemon.Gate.HandleAsync(next, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That((first.IsDisabled, second.IsDisabled), Is.EqualTo((true, true)));
            Assert.That(World.Asked, Has.Exactly(1).Items.And.All.Contains("disable"), "no question twice");
        });
    }

    [Test]
    public async Task What_was_asked_ahead_is_used_for_that_one_time_and_never_later()
    {
        await SettleAsync();
        var user = World.Add("new@example.net", "new@example.net");
        var seen = Batch(new StrangerSeen(Time.GetUtcNow(), user.Id));
        await Daemon.Gate.AskAheadAsync(seen, CancellationToken.None);
        await Daemon.Gate.LookAsync(CancellationToken.None); // The list was faster: nobody wants the answer.
        await Daemon.Gate.HandleAsync(seen, CancellationToken.None);
        await SettleAsync();
        World.Asked.Clear();
        await Daemon.Gate.HandleAsync(Batch(new KeptOutSeen(Time.GetUtcNow(), user.Id)), CancellationToken.None);
        Assert.That(World.Asked, Has.Some.EqualTo($"/api/users/{user.Id}"), "asked anew, and not judged by what was so before the lock");
    }

    /// <summary>The complete list is asked for once, and answered when the test says so; later questions are answered at once.</summary>
    private (TaskCompletionSource<IReadOnlyList<GrafanaUser>> Asked, Task<Enforcement.ListReading> Reading) AskForTheList()
    {
        var asked = new TaskCompletionSource<IReadOnlyList<GrafanaUser>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFirst = true;
        Grafana.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>())).Returns(async (CancellationToken cancel) =>
        {
            if (!isFirst) return await World.AllUsersAsync(cancel);
            isFirst = false;
            return new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Done, await asked.Task, "");
        });
        return (asked, Daemon.Gate.ReadListAsync(CancellationToken.None));
    }

    private IReadOnlyList<GrafanaUser> List() => World.Users.ConvertAll(user => user.Record);

    private async Task<List<SimulatedUser>> AtTheDoorAsync()
    {
        var people = Enumerable.Range(0, Knockers)
            .Select(i => World.Add($"knocker{i}", $"knocker{i}@example.net", isExternal: true)).ToList();
        await SettleAsync();
        Assert.That(people.Select(Status), Has.All.EqualTo(AccountStatus.AtDoor));
        return people;
    }
}
