using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Reminds of those who wait, tells others where nobody acts on something critical, warns of access that ends soon, and ends it.
/// </summary>
internal sealed class Deadlines(
    IGrafana grafana,
    AutoDisableMemory memory,
    AccountLocker accountLocker,
    NotificationPlanner notificationPlanner,
    EventRecorder eventRecorder,
    AutoDisableOptions options,
    TimeProvider time)
{
    /// <summary>Deadlines are days; looking each minute is enough.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Portions<Account> portions = new();
    private DateTimeOffset nextLook;

    /// <summary>Before this nothing falls due, as the accounts were at <see cref="seen"/>.</summary>
    private DateTimeOffset? next;

    /// <summary>The book's <see cref="AccountBook.Changes"/> when all were looked through last; null before.</summary>
    private long? seen;

    /// <summary>
    /// Records what has fallen due, a slice of the ends at a time. All are looked through when one has changed or is due, and not else.
    /// </summary>
    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextLook, now, Interval)) return Progress.None;
        if (seen == memory.Book.Changes && !(next <= now))
        {
            nextLook = now + Interval;
            return Progress.None;
        }

        (next, seen) = (memory.Book.All.Min(NextOf), memory.Book.Changes);
        var reminded = Remind(now) | Escalate(now);
        var (due, isUnfinished) = portions.Next(
            memory.Book.All, a => a is { Status: AccountStatus.Admitted, Until: { } until } && IsDue(a, until, now));
        if (!isUnfinished) nextLook = now + Interval;
        var ended = await Task.WhenAll(due.Select(account => StepAsync(account, account.Until!.Value, now, cancel)));
        return (reminded || ended.Contains(true) ? Progress.Changed : Progress.None) | (isUnfinished ? Progress.Unfinished : Progress.None);
    }

    /// <summary>When something of this account falls due, unless it changes before; null for never.</summary>
    private DateTimeOffset? NextOf(Account account)
    {
        var (ordinary, escalation) = (NextOrdinaryOf(account), EscalationOf(account));
        return ordinary is null || escalation < ordinary ? escalation : ordinary;
    }

    /// <summary>When others are to be told of this account, unless somebody acts; null for never, or where they were.</summary>
    private DateTimeOffset? EscalationOf(Account account) =>
        account.Case is { EscalatedAt: null } ? DeadlinePolicy.CriticalSince(account) + options.EscalateAfter : null;

    private static DateTimeOffset? NextOrdinaryOf(Account account) => account switch
    {
        { Status: AccountStatus.Admitted, Until: { } until } => DeadlinePolicy.NextOfEnd(until, account.UntilWarned),
        { Status: AccountStatus.Locked, Case: { LockedAt: { } lockedAt, IsDrill: false } waiting } =>
            DeadlinePolicy.NextReminder(lockedAt, waiting.Reminded),
        _ => null,
    };

    private static bool IsDue(Account account, DateTimeOffset until, DateTimeOffset now) =>
        now >= until || DeadlinePolicy.WarningsDue(until, now) > account.UntilWarned;

    private bool Remind(DateTimeOffset now)
    {
        var waiting = memory.Book.All.Where(a => a is { Status: AccountStatus.Locked, Case: { LockedAt: not null, IsDrill: false } })
            .ToList();
        if (!waiting.Exists(a => DeadlinePolicy.RemindersDue(a.Case!.LockedAt!.Value, now) > a.Case.Reminded)) return false;

        var due = waiting.FindAll(a => DeadlinePolicy.RemindersNear(a.Case!.LockedAt!.Value, now) > a.Case.Reminded);
        foreach (var account in due) account.Case!.Reminded = DeadlinePolicy.RemindersNear(account.Case.LockedAt!.Value, now);
        notificationPlanner.OweReminder(due, now);
        eventRecorder.Reminded(due.Count);
        return true;
    }

    private bool Escalate(DateTimeOffset now)
    {
        var due = memory.Book.Open.Where(account => EscalationOf(account) <= now).ToList();
        if (due.Count == 0) return false;
        foreach (var account in due) account.Case!.EscalatedAt = now;
        notificationPlanner.OweEscalation(due, now);
        eventRecorder.Escalated(due);
        return true;
    }

    private async Task<bool> StepAsync(Account account, DateTimeOffset until, DateTimeOffset now, CancellationToken cancel)
    {
        // Of admitted people the state holds ids alone; who they are comes from Grafana. Without an answer they are looked at again in a
        // minute.
        var answer = await grafana.UserAsync(account.Id, cancel);
        if (!answer.IsDone) return false;
        if (now >= until)
        {
            account.Until = null;
            accountLocker.Open(answer.Value, account, Arrival.Unknown, new Decision(
                now, "the end date that was given with the approval", $"access until {until:u}"));
            return true;
        }

        var warnings = DeadlinePolicy.WarningsDue(until, now);
        account.UntilWarned = warnings;
        var user = answer.Value;
        notificationPlanner.Owe(new Letter(
            $"ends/{account.Ref}/{until.ToUnixTimeSeconds()}/{warnings}", LetterKind.EndsSoon, [account.Ref], now,
            Note: new LetterNote(Since: until, Person: new Person(user.Login, user.Email, user.Name))));
        return true;
    }
}
