using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Database;
using Athena.Common.Notify.Delivery;
using Athena.Common.State.Backups;

namespace Athena.AutoDisable.State;

/// <summary>
/// Of what the daemon's memory consists, and what it means that it is older than it should be. Whoever was approved since the backup is
/// not known: it is locked as any other stranger and the admins are asked, unless whoever restores says until when the gate was at work;
/// then it was approved if it was made before and is enabled.
/// </summary>
internal static class AutoDisableRestore
{
    public static BackupContents Parts { get; } = new([], ChannelRoute.Folders);

    /// <param name="guardedUntil">Until when the gate was at work; null when nobody says it.</param>
    /// <param name="bornLocked">How it is in Grafana's database now.</param>
    public static void Adopt(RestoredBackup memory, DateTimeOffset? guardedUntil, BornLockedStanding bornLocked)
    {
        var wasBornLocked = false;
        var adopted = memory.Adopt(AutoDisableState.In(memory.Directory), state =>
        {
            state.Restored = new RestoredAutoDisable(memory.BackupAt, memory.RestoredAt, guardedUntil, CommandUser.Name);
            wasBornLocked = state.BornLocked is not null;
        });

        var waiting = adopted.Accounts.Count(account =>
            account.Status is AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor);
        memory.Hold(FormattableString.Invariant($"{adopted.Accounts.Count} accounts, {waiting} of them waiting for a decision"));
        memory.Hold($"the last complete look at the user list of {memory.Clock.Minute(adopted.LastCompleteLook)}");
        var backup = memory.Clock.Minute(memory.BackupAt);
        memory.Say(guardedUntil is { } until
            ? $"Who was approved after {backup}. As you say that the daemon was at work until {memory.Clock.Minute(until)}, whoever "
                + "was made at least 14 hours before that and is enabled is admitted at the start, and named in a mail (the 14 "
                + "hours because Grafana's times may be of another zone). All others who came after the backup are locked unless the log "
                + "still shows their approval, and the admins are asked about each."
            : $"Who was approved after {backup}. Unless the log still shows it, they are LOCKED at the start like every stranger, and the "
                + "admins are asked about each. To see before you start who that is: sudo grafana-auto-disable once --dry-run. If the "
                + "daemon was at work until some time, restore again with --replace --guarded-until TIME: whoever was made at least 14 "
                + "hours before it and is enabled was approved, and is admitted.");
        memory.Say(
            "Who was rejected after the backup: they stay disabled in Grafana, and you may be asked about them again. Access that was "
            + "given for a time after the backup has no end any more: give it again with approve --until.");
        RestoredMails.MarkWaiting(memory);
        if (BornLocked(wasBornLocked, bornLocked) is { } sentence) memory.Say(sentence);
        memory.Say(
            "If Grafana's database was restored from an older copy as well: start the daemon, read what it says about the database, then "
            + "sudo grafana-auto-disable accept-database.");
    }

    private static string? BornLocked(bool then, BornLockedStanding now) => (then, now) switch
    {
        (_, BornLockedStanding.Whole or BornLockedStanding.Broken) =>
            "New accounts are born locked here: Grafana's database disables each as it is "
            + $"made{(then ? "" : ", which it did not when the backup was made")}. Whoever came meanwhile waits; how it stands: sudo "
            + "grafana-auto-disable born-locked status",
        (true, BornLockedStanding.Absent) =>
            "When the backup was made, new accounts were born locked. Grafana's database does NOT see to that now: each is inside until "
            + "the daemon has locked it. To have it again: sudo grafana-auto-disable born-locked install",
        (true, _) =>
            "When the backup was made, new accounts were born locked. Whether Grafana's database still sees to that, a restored one "
            + "perhaps not: sudo grafana-auto-disable born-locked status",
        _ => null,
    };
}

/// <summary>The memory came out of a backup: who was locked, approved or rejected since that was made is not known to it.</summary>
/// <param name="BackupAt">The moment of the backup.</param>
/// <param name="At">When it was restored.</param>
/// <param name="GuardedUntil">
/// By the word of whoever restored it: until then the daemon was at work, so that whoever was made before and is enabled was approved. Null
/// when nobody says so: then all who came since the backup are new.
/// </param>
/// <param name="By">Who restored it.</param>
/// <param name="IsLooked">A complete look was made since: whoever comes now is new in any case.</param>
internal sealed record RestoredAutoDisable(
    DateTimeOffset BackupAt, DateTimeOffset At, DateTimeOffset? GuardedUntil, string By, bool IsLooked = false);
