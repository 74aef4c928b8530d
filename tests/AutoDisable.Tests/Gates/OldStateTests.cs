using System.Text.Json;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.State;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>A host that version 0.1.0 guarded is updated: its memory, its outbox and its audit go on.</summary>
internal sealed class OldStateTests : GateScenario
{
    private OldState old = null!;

    [SetUp]
    public void Copy() => old = new OldState("grafana-auto-disable");

    [TearDown]
    public void Remove() => old.Dispose();

    [Test]
    public void Its_memory_is_read_whole_and_written_in_the_new_form()
    {
        var store = AutoDisableState.In(old.Directory);
        var state = ((StateLoad<AutoDisableState>.Loaded)store.Load()).Value;
        Assert.Multiple(() =>
        {
            Assert.That(state.Accounts.CountBy(account => account.Status), Is.EquivalentTo(new Dictionary<AccountStatus, int>
            {
                [AccountStatus.Admitted] = 11,
                [AccountStatus.DisabledBefore] = 1,
                [AccountStatus.Locked] = 2,
                [AccountStatus.Rejected] = 1,
            }));
            Assert.That(Of(state, 11).Case!.Person.Email, Is.EqualTo("waiting@example.net"));
            Assert.That((Of(state, 12).Decision!.By, Of(state, 13).Decision!.Reason), Is.EqualTo(("lindiwe (id 2)", "visits the ward")));
            Assert.That(Of(state, 13).Until?.Year, Is.EqualTo(2036));
            Assert.That((state.OurLogId, state.Log!.Offset, state.KnowsDisabled), Is.EqualTo((3, 28_951, false)));
        });

        Assert.That(Wholeness.HolesIn(state), Is.Empty);
        Of(state, 11).Status = AccountStatus.Admitted;
        Assert.That(store.TryAppend(state, out var problem), Is.True, problem);
        var again = ((StateLoad<AutoDisableState>.Loaded)AutoDisableState.In(old.Directory).Load()).Value;
        Assert.That(Json(again), Is.EqualTo(Json(state)));
    }

    [Test]
    public void What_an_older_version_did_not_write_is_empty_and_not_missing() =>
        Assert.That(Wholeness.HolesWhenAbsent(AutoDisableStateJson.Default.AutoDisableState), Is.Empty);

    [Test]
    public void What_is_left_out_of_the_file_reads_as_it_was() =>
        Assert.That(Wholeness.OthersWhenLeftOut(AutoDisableStateJson.Default.AutoDisableState), Is.Empty);

    [Test]
    public async Task Everybody_stands_as_before_and_the_next_stranger_is_locked()
    {
        var state = ((StateLoad<AutoDisableState>.Loaded)AutoDisableState.In(old.Directory).Load()).Value;
        var before = state.Accounts.ToDictionary(account => account.Id, account => account.Status);
        World.Users.Clear();
        World.Users.AddRange(state.Accounts.Select(account => new SimulatedUser
        {
            Id = account.Id,
            Uid = account.Uid!,
            Login = $"person{account.Id}",
            Email = account.Case?.Person.Email ?? $"person{account.Id}@example.org",
            IsAdmin = account.Id <= 3,
            IsDisabled = account.Status != AccountStatus.Admitted,
            Created = Time.GetUtcNow().AddDays(-1),
        }));
        Disk.TryCompact(state, out _);
        Time.Advance(state.LastCompleteLook.AddDays(2) - Time.GetUtcNow());
        Build();
        await SettleAsync();
        var stranger = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(stranger.IsDisabled, Is.True);
            Assert.That(
                Daemon.Memory.Book.All.Where(account => account.Id != stranger.Id)
                    .ToDictionary(account => account.Id, account => account.Status),
                Is.EquivalentTo(before));
            Assert.That(
                World.Users.Where(user => user != stranger && user.IsDisabled != (before[user.Id] != AccountStatus.Admitted)), Is.Empty);
        });
        Assert.That((await CommandAsync("pending", "")).Text, Does.Contain("waiting@example.net").And.Contain("last@example.net")
            .And.Contain("new@example.net").And.Not.Contain("rejected@"));
    }

    [Test]
    public async Task Its_mail_that_waits_is_sent_and_what_was_sent_is_not_sent_again()
    {
        List<string> troubles = [];
        var offered = await old.OfferedAsync(Time, troubles.Add);
        Assert.Multiple(() =>
        {
            Assert.That(
                offered.Select(one => one.Mail.Subject), Is.EqualTo(new[] { "Locked, waiting for you: Last Body <last@example.net>" }));
            Assert.That(offered[0].To, Is.EquivalentTo(new[] { "lindiwe@athena.example", "johan@athena.example" }));
            Assert.That(offered[0].Mail.Text, Does.Contain("last@"));
            Assert.That(troubles, Is.Empty);
        });
    }

    [Test]
    public void Its_audit_is_whole_and_goes_on() => Assert.That(old.AuditProblems(Time), Is.Empty);

    private static Account Of(AutoDisableState state, long id) => state.Accounts.Single(account => account.Id == id);

    private static string Json(AutoDisableState state) => JsonSerializer.Serialize(state, AutoDisableStateJson.Default.AutoDisableState);
}
