using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Sources;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>What is said, and what is kept, when something around the gate fails.</summary>
internal sealed class TroubleTests : GateScenario
{
    [Test]
    public async Task What_is_not_understood_decides_nothing_and_is_told()
    {
        var waiting = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await ExposeAsync();
        Disk.Deliver();
        World.IsStrange = true;
        waiting.IsDisabled = false; // As it seems to whoever reads a missing field as "no".
        var stranger = World.Add("other@example.net", "other@example.net");
        for (var i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(15));
            await SettleAsync();
        }

        Assert.Multiple(() =>
        {
            Assert.That((Status(waiting), Status(stranger)), Is.EqualTo(((AccountStatus?)AccountStatus.Locked, (AccountStatus?)null)));
            Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.One.StartsWith(
                "ACTION NEEDED: new accounts are NOT being disabled, what Grafana answers"));
            Assert.That(Disk.Waiting.Values.Single().Text.Replace("\u200b", "", StringComparison.Ordinal), Does.Contain("isDisabled"));
        });

        World.IsStrange = false;
        waiting.IsDisabled = true;
        await SettleAsync();
        Assert.That((Daemon.Troubles.Has(TroubleKind.NotUnderstood), stranger.IsDisabled), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Grafana_that_does_not_answer_is_mailed_when_it_lasts()
    {
        await SettleAsync();
        World.IsDown = true;
        await SettleAsync();
        Assert.That(Disk.Waiting, Is.Empty);
        Time.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync();
        Assert.That(Disk.Waiting.Values.Single().Subject, Does.StartWith("ACTION NEEDED: new accounts may NOT be disabled"));
    }

    [Test]
    public async Task A_trouble_that_goes_on_for_another_reason_is_shown_with_that_one_also_after_a_restart()
    {
        await SettleAsync();
        World.IsDown = true;
        await SettleAsync();
        Assert.That(ReasonOf(TroubleKind.GrafanaDown), Does.Contain("connection refused"));
        (World.IsDown, World.IsDatabaseAway) = (false, true);
        await SettleAsync();
        Assert.That(
            ReasonOf(TroubleKind.GrafanaDown), Does.StartWith(GrafanaHealth.DatabaseAway).And.Contain("systemctl status postgresql"));
        (World.IsDown, World.IsDatabaseAway) = (true, false);
        Build();
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(ReasonOf(TroubleKind.GrafanaDown), Does.Contain("connection refused").And.Not.Contain("database"));
            Assert.That(Disk.Audit.Count(entry => entry.Event == "trouble"), Is.EqualTo(1), "it is one trouble");
            Assert.That(Disk.Waiting, Is.Empty);
        });

        string ReasonOf(TroubleKind kind) => Daemon.Troubles.Present.Single(trouble => trouble.Kind == kind).Detail;
    }

    [Test]
    public async Task Being_signed_out_is_said_once_and_its_end_once()
    {
        await SettleAsync();
        World.IsSignedOut = true;
        for (var i = 0; i < 5; i++) await SettleAsync();
        Assert.That(Disk.Waiting.Values.Select(m => m.Subject), Is.EqualTo(
            new[] { "ACTION NEEDED: new accounts are NOT being disabled, the daemon cannot sign in" }));
        Disk.Deliver();
        World.IsSignedOut = false;
        Time.Advance(TimeSpan.FromMinutes(12));
        for (var i = 0; i < 5; i++) await SettleAsync();
        Assert.That(Disk.Waiting.Values.Select(m => m.Subject), Is.EqualTo(
            new[] { "Resolved after 12 min: the daemon is signed in, new accounts are locked again" }));
    }

    [Test]
    public async Task A_full_disk_keeps_nobody_from_being_locked_and_is_said()
    {
        await SettleAsync();
        Disk.IsFull = true;
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(user.IsDisabled, Is.True);
            Assert.That(Daemon.Troubles.Has(TroubleKind.StateNotSaved), Is.True);
        });
        Disk.IsFull = false;
        await SettleAsync();
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Daemon.Troubles.Has(TroubleKind.StateNotSaved), Is.False);
            Assert.That(Disk.Load().Accounts.Find(a => a.Uid == user.Uid)?.Status, Is.EqualTo(AccountStatus.Locked));
        });
    }

    [Test]
    public async Task A_mail_that_is_settled_is_not_taken_back_before_the_state_that_says_so_is_on_disk()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await ExposeAsync();
        var asked = Disk.Waiting.Keys.Single(key => key.StartsWith("locked/", StringComparison.Ordinal));
        Disk.IsFull = true;
        user.IsDisabled = false;
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        await SettleAsync();
        Assert.That(Disk.Waiting.Keys, Has.Member(asked), "a crash now would forget the approval");
        Disk.IsFull = false;
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync();
        Assert.That(Disk.Waiting.Keys, Has.No.Member(asked));
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.Some.StartsWith("Approved: "));
    }

    [Test]
    public async Task A_clock_that_is_set_back_holds_up_no_lock()
    {
        await SettleAsync();
        var user = World.Add("new@example.net", "new@example.net");
        Grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Unavailable, null, "no answer"));
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.That(user.IsDisabled, Is.False, "Grafana does not answer; it is tried again");

        Time.Advance(TimeSpan.FromHours(-2));
        Grafana.Setup(g => g.DisableAsync(user.Id, It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => World.DisableAsync(id, c));
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(user.IsDisabled, Is.True);
    }

    [Test]
    public async Task Newcomers_are_locked_although_the_last_look_was_made_by_a_clock_that_ran_days_ahead()
    {
        var ahead = TimeSpan.FromDays(2);
        Time.Advance(ahead);
        await SettleAsync();
        Time.Advance(-ahead);
        var users = Enumerable.Range(0, 2).Select(i => World.Add($"new{i}@example.net", $"new{i}@example.net")).ToList();
        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(users.Select(user => (user.IsDisabled, Status(user))), Is.All.EqualTo((true, AccountStatus.Locked)));
            Assert.That(Daemon.Troubles.Has(TroubleKind.UnknownDatabase), Is.False);
        });
    }

    [Test]
    public async Task The_log_s_position_is_on_disk_with_the_decisions_that_it_led_to()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        var position = new Athena.Common.GrafanaLog.Sources.LogPosition("file:grafana.log", "1:1", 4711, "x", null);
        await Daemon.Gate.HandleAsync(
            new LogBatch([new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")], position, null, null), CancellationToken.None);
        Assert.That(
            (Disk.Load().Log?.Offset, Disk.Load().Accounts.Find(a => a.Uid == user.Uid)?.Status),
            Is.EqualTo((4711L, AccountStatus.Admitted)));
    }

    /// <summary>A command that makes one pass and ends is never calm for a minute.</summary>
    [Test]
    public async Task A_stop_writes_the_state_whole_where_many_changes_wait_for_that([Values] bool isDue)
    {
        await SettleAsync();
        var before = Disk.Snapshots;
        Disk.IsCompactionDue = isDue;
        Daemon.Gate.Close();
        Assert.That(Disk.Snapshots - before, Is.EqualTo(isDue ? 1 : 0));
    }

    [Test]
    public async Task When_the_log_last_had_a_gap_is_remembered_over_a_restart()
    {
        await Daemon.Gate.HandleAsync(new LogBatch([], null, LogContinuity.Continuous, null), CancellationToken.None);
        Assert.That(Daemon.Memory.State.LastGapAt, Is.Null);
        var at = Time.GetUtcNow();
        await Daemon.Gate.HandleAsync(
            new LogBatch([], null, new LogContinuity(false, null, null, "It was truncated."), null), CancellationToken.None);
        Time.Advance(TimeSpan.FromDays(3));
        await SettleAsync();
        Daemon.Gate.Close();
        Build();
        Assert.That(Daemon.Memory.State.LastGapAt, Is.EqualTo(at));
    }
}
