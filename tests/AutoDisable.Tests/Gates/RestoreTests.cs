using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana.Database;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>
/// The gate with a memory out of a backup: whoever was approved since is not locked in silence, and no stranger is let in in silence.
/// </summary>
internal sealed class RestoreTests : GateScenario
{
    private DateTimeOffset backupAt;
    private string backup = "";

    [SetUp]
    public async Task BackUpAsync()
    {
        await SettleAsync();
        Daemon.Gate.Close();
        (backup, backupAt) = (Disk.State, Time.GetUtcNow());
    }

    [Test]
    public async Task Who_came_since_is_locked_and_the_mail_says_that_the_account_may_be_known()
    {
        var approved = await ApprovedAsync("approved@example.net");
        var locked = await LockedAsync("waiting@example.net");
        Restore();
        await SettleAsync();
        await ExposeAsync();

        Assert.That((approved.IsDisabled, locked.IsDisabled), Is.EqualTo((true, true)));
        var mails = Disk.Waiting.Values.Where(mail => mail.Subject.StartsWith("Locked, waiting", StringComparison.Ordinal)).ToList();
        Assert.That(mails, Has.Count.EqualTo(2)
            .And.All.Matches<Common.Notify.Channels.OutgoingMessage>(mail =>
                mail.Text.Contains("Perhaps you have decided about this account already", StringComparison.Ordinal)));
        var one = Disk.Waiting.Values.Single(mail =>
            mail.Subject.StartsWith("Restored from a backup, please re-check: 2 accounts were locked", StringComparison.Ordinal));
        Assert.That(one.Text, Does.Contain("Locked now").And.Contain("approve --until"));
        Assert.That(Disk.Audit.Count(entry => entry.Event == "restored-looked"), Is.EqualTo(1));
    }

    [Test]
    public async Task By_the_word_that_it_was_guarded_the_enabled_are_admitted_and_named_and_the_others_are_not()
    {
        var approved = await ApprovedAsync("approved@example.net");
        var locked = await LockedAsync("waiting@example.net");
        var single = World.Add("sso", "sso@example.net", isExternal: true);
        Time.Advance(AdmissionPolicy.ClockSlack + TimeSpan.FromSeconds(2)); // Grafana's times may be of another zone.
        var until = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromMinutes(10)); // Nobody is at the gate.
        var stranger = World.Add("stranger@example.net", "stranger@example.net");
        Restore(until);
        await SettleAsync();
        await ExposeAsync();

        Assert.That((approved.IsDisabled, locked.IsDisabled, stranger.IsDisabled), Is.EqualTo((false, true, true)));
        Assert.That(
            (Status(approved), Status(single)),
            Is.EqualTo(((AccountStatus?)AccountStatus.Admitted, (AccountStatus?)AccountStatus.AtDoor)),
            "that an external account is enabled proves nothing");
        var mail = Disk.Waiting.Values.Single(mail => mail.Subject.StartsWith("Restored from a backup", StringComparison.Ordinal));
        Assert.That(mail.Text, Does.Match("Admitted: +approved").And.Not.Contain("stranger@"));
        Assert.That(
            Disk.Audit.Single(entry => entry.Event == "admitted" && entry.Case == approved.Uid).Verdict,
            Does.StartWith("admitted after a restore"));

        await SettleAsync();
        Assert.That(approved.IsDisabled, Is.False);
        Assert.That(
            Disk.Waiting.Values.Count(m => m.Subject.StartsWith("Restored from a backup", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task An_approval_that_the_log_still_shows_is_taken_from_it_however_old()
    {
        var approved = await ApprovedAsync("approved@example.net");
        var at = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromDays(3));
        Restore();
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(at, approved.Uid, 1, "admin")), CancellationToken.None);
        await SettleAsync();
        Assert.That((approved.IsDisabled, Status(approved)), Is.EqualTo((false, (AccountStatus?)AccountStatus.Admitted)));
    }

    [Test]
    public async Task Who_waited_then_and_is_enabled_now_stays_so_and_a_mail_says_it()
    {
        var user = await LockedAsync("waiting@example.net");
        Daemon.Gate.Close();
        (backup, backupAt) = (Disk.State, Time.GetUtcNow());
        user.IsDisabled = false;
        Restore();
        await SettleAsync();
        Time.Advance(TimeSpan.FromSeconds(10));
        await SettleAsync();
        await ExposeAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((false, (AccountStatus?)AccountStatus.Admitted)));
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.Some.StartsWith("ENABLED, the log does not show by whom"));
    }

    [Test]
    public async Task Who_comes_after_the_first_look_is_new_and_nothing_is_said_of_the_backup()
    {
        Restore(Time.GetUtcNow());
        await SettleAsync();
        Disk.Waiting.Clear();
        var newcomer = await LockedAsync("new@example.net");
        await ExposeAsync();
        Assert.That(newcomer.IsDisabled, Is.True);
        Assert.That(
            Disk.Waiting.Values.Single(mail => mail.Subject.StartsWith("Locked", StringComparison.Ordinal)).Text,
            Does.Not.Contain("backup"));
    }

    [Test]
    public async Task While_the_database_is_not_known_the_first_look_is_still_to_come()
    {
        Restore(Time.GetUtcNow());
        var gone = World.Users.Where(u => u.Id >= 100).Take(5).ToList();
        World.Users.RemoveAll(gone.Contains);
        await SettleAsync();
        Assert.That(Daemon.Memory.State.Restored!.IsLooked, Is.False);
        World.Users.AddRange(gone);
        await SettleAsync();
        Assert.That(Daemon.Memory.State.Restored!.IsLooked, Is.True);
    }

    [Test]
    public void The_command_marks_the_state_and_says_what_happens_to_the_approved()
    {
        using var folder = new TemporaryDirectory();
        var (memory, state) = Adopted(folder, Disk.Load(), BornLockedStanding.Unknown);
        Assert.That(
            (state.Restored!.BackupAt, state.Restored.IsLooked, state.Restored.GuardedUntil),
            Is.EqualTo((backupAt, false, (DateTimeOffset?)null)));
        Assert.That(
            memory.Sentences, Has.Some.Contains("LOCKED").And.Some.Contains("--guarded-until").And.Some.Contains("accept-database"));
    }

    [Test]
    public void The_command_says_whether_new_accounts_are_born_locked_now_and_whether_they_were(
        [Values] bool then,
        [Values(
            BornLockedStanding.Unknown, BornLockedStanding.Absent, BornLockedStanding.Broken,
            BornLockedStanding.Whole)] BornLockedStanding now)
    {
        using var folder = new TemporaryDirectory();
        var state = Disk.Load();
        state.BornLocked = then ? new BornLockedMemory(backupAt) : null;
        var said = Adopted(folder, state, now)
            .Memory.Sentences.Where(sentence => sentence.Contains("born locked", StringComparison.Ordinal)).ToList();
        if (!then && now is BornLockedStanding.Unknown or BornLockedStanding.Absent)
        {
            Assert.That(said, Is.Empty);
            return;
        }

        Assert.That(said, Has.Count.EqualTo(1));
        Assert.That(said[0], now switch
        {
            BornLockedStanding.Absent => Does.Contain("does NOT see to that now").And.EndWith("born-locked install"),
            BornLockedStanding.Unknown => Does.Contain("perhaps not").And.EndWith("born-locked status"),
            _ => Does.StartWith("New accounts are born locked here").And.EndWith("born-locked status"),
        });
        Assert.That(said[0].Contains("did not when the backup was made", StringComparison.Ordinal), Is.EqualTo(!then));
    }

    private (RestoredBackup Memory, AutoDisableState State) Adopted(
        TemporaryDirectory folder, AutoDisableState state, BornLockedStanding bornLocked)
    {
        var files = AutoDisableState.In(folder.Path);
        files.TryCompact(state, out _);
        var memory = new RestoredBackup(
            folder.Path, new AuditOptions(folder.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(90)), backupAt, Time.GetUtcNow());
        AutoDisableRestore.Adopt(memory, guardedUntil: null, bornLocked);
        return (memory, (files.Load() as StateLoad<AutoDisableState>.Loaded)!.Value);
    }

    private void Restore(DateTimeOffset? guardedUntil = null)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        Disk.State = backup;
        Disk.Waiting.Clear();
        var state = Disk.Load();
        state.Restored = new RestoredAutoDisable(backupAt, Time.GetUtcNow(), guardedUntil, "naledi (sudo)");
        Disk.TryCompact(state, out _);
        Build();
    }

    private async Task<SimulatedUser> LockedAsync(string login)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        var user = World.Add(login, login);
        await SettleAsync();
        Assert.That(user.IsDisabled, Is.True);
        return user;
    }

    private async Task<SimulatedUser> ApprovedAsync(string login)
    {
        var user = await LockedAsync(login);
        await CommandAsync("approve", $"uid:{user.Uid}");
        Assert.That(user.IsDisabled, Is.False);
        return user;
    }
}
