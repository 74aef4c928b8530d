using Athena.AutoDisable.Accounts;
using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.State;

namespace Athena.AutoDisable;

/// <summary>
/// Of what the daemon's memory consists, and what it means that it is older than it should be. Whoever was approved since the backup is
/// not known: he is locked as any other stranger and the admins are asked, unless whoever restores says until when the gate was at work; then
/// he was approved if he was made before and is enabled.
/// </summary>
internal static class GateRestore
{
    public static MemoryParts Parts { get; } = new([], ["outbox", "chat"]);

    public static void Adopt(RestoredMemory memory, DateTimeOffset? guardedUntil)
    {
        var wasBornLocked = false;
        memory.Adopt(GateState.In(memory.Directory), state =>
        {
            state.Restored = new RestoredGate(memory.BackupAt, memory.RestoredAt, guardedUntil, CommandUser.Name);
            wasBornLocked = state.BornLocked is not null;
        });

        var backup = $"{memory.BackupAt.ToLocalTime():yyyy-MM-dd HH:mm zzz}";
        memory.Say(guardedUntil is { } until
            ? $"Who was approved after {backup}. As you say that the gate was at work until {until.ToLocalTime():yyyy-MM-dd HH:mm zzz}, whoever was made at least 14 hours before that and is enabled is admitted at the start, and named in a mail (the 14 hours because Grafana's times may be of another zone). All others who came after the backup are locked unless the log still shows their approval, and the admins are asked about each."
            : $"Who was approved after {backup}. Unless the log still shows it, they are LOCKED at the start like every stranger, and the admins are asked about each. To see before you start who that is: sudo grafana-auto-disable once --dry-run. If the gate was at work until some time, restore again with --replace --guarded-until TIME: whoever was made at least 14 hours before it and is enabled was approved, and is admitted.");
        memory.Say("Who was rejected after the backup: he stays disabled in Grafana, and you may be asked about him again. Access that was given for a time after the backup has no end any more: give it again with approve --until.");
        if (RestoredMails.MarkWaiting(Path.Combine(memory.Directory, "outbox"), memory.BackupAt) is > 0 and var waiting)
            memory.Say($"Whether {waiting} waiting mail{(waiting == 1 ? "" : "s")} went out after the backup. They are sent, and say \"perhaps again\".");
        if (wasBornLocked)
            memory.Say("When the backup was made, new accounts were born locked. Whether Grafana's database still sees to that, a restored one perhaps not: sudo grafana-auto-disable born-locked status");
        memory.Say("If Grafana's database was restored from an older copy as well: start the daemon, read what it says about the database, then sudo grafana-auto-disable accept-database.");
    }
}
