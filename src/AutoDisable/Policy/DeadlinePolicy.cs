using Athena.AutoDisable.State;

namespace Athena.AutoDisable.Policy;

/// <summary>When the admins are reminded of somebody who waits, and when access that was given for a time ends. Pure.</summary>
internal static class DeadlinePolicy
{
    private static readonly TimeSpan[] Reminders = [TimeSpan.FromHours(24), TimeSpan.FromHours(72), TimeSpan.FromDays(7)];

    private static readonly TimeSpan[] Warnings = [TimeSpan.FromDays(7), TimeSpan.FromDays(1)];

    /// <summary>
    /// So that people who came over a day are asked about in one mail, a reminder takes along those who would follow within this time.
    /// </summary>
    private static readonly TimeSpan TakenAlong = TimeSpan.FromHours(12);

    /// <summary>After the last reminder an account is stale: it stays locked and listed, and there is no more mail.</summary>
    public static bool IsStale(int reminded) => reminded >= Reminders.Length;

    /// <summary>How many reminders are due by now for somebody locked at <paramref name="lockedAt"/>.</summary>
    public static int RemindersDue(DateTimeOffset lockedAt, DateTimeOffset now) => Reminders.Count(after => now - lockedAt >= after);

    /// <summary>The same for somebody who may be taken along in a mail that goes out anyway.</summary>
    public static int RemindersNear(DateTimeOffset lockedAt, DateTimeOffset now) => RemindersDue(lockedAt, now + TakenAlong);

    /// <summary>
    /// When the next reminder of somebody locked at <paramref name="lockedAt"/> is due, after so many; null when there is none.
    /// </summary>
    public static DateTimeOffset? NextReminder(DateTimeOffset lockedAt, int reminded) =>
        IsStale(reminded) ? null : lockedAt + Reminders[reminded];

    /// <summary>
    /// Since when the admins have known of something critical about this account on which nobody has acted; null where there is none.
    /// </summary>
    public static DateTimeOffset? CriticalSince(Account account) => account switch
    {
        { Case: null or { IsDrill: true } } => null,
        { Status: AccountStatus.Locked, Case: { NoticeKey: not null, Exposure.IsCritical: true } open } => open.LockedAt,
        { Status: AccountStatus.Locking or AccountStatus.AtDoor, Case: { InsideKey: not null } open } => open.InsideSince,
        _ => null,
    };

    /// <summary>When access that ends at <paramref name="until"/> has to be looked at next, after so many warnings.</summary>
    public static DateTimeOffset NextOfEnd(DateTimeOffset until, int warned) => warned < Warnings.Length ? until - Warnings[warned] : until;

    /// <summary>How many warnings are due by now that access ends at <paramref name="until"/>: a week and a day before.</summary>
    public static int WarningsDue(DateTimeOffset until, DateTimeOffset now) => Warnings.Count(before => until - now <= before);
}
