using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Enforcement;
using Athena.Common.Grafana;
using Athena.Common.Time;

namespace Athena.AutoDisable;

/// <summary>Reminds of those who wait, warns of access that ends soon, and ends it.</summary>
internal sealed class Deadlines(IGrafana grafana, GateMemory memory, Locksmith locksmith, Notices notices, Chronicle chronicle, TimeProvider time)
{
    /// <summary>Deadlines are days; looking each minute is enough.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Portions<Account> portions = new();
    private DateTimeOffset nextLook;

    /// <summary>Records what has fallen due, a slice of the ends at a time.</summary>
    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextLook, now, Interval)) return Progress.None;
        var reminded = Remind(now);
        var (due, isUnfinished) = portions.Next(memory.Book.All, a => a is { Status: AccountStatus.Admitted, Until: { } until } && IsDue(a, until, now));
        if (!isUnfinished) nextLook = now + Interval;
        var ended = await Task.WhenAll(due.Select(account => StepAsync(account, account.Until!.Value, now, cancel)));
        return (reminded || ended.Contains(true) ? Progress.Changed : Progress.None) | (isUnfinished ? Progress.Unfinished : Progress.None);
    }

    private static bool IsDue(Account account, DateTimeOffset until, DateTimeOffset now) =>
        now >= until || DeadlinePolicy.WarningsDue(until, now) > account.UntilWarned;

    private bool Remind(DateTimeOffset now)
    {
        var waiting = memory.Book.All.Where(a => a is { Status: AccountStatus.Locked, Case: { LockedAt: not null, IsDrill: false } }).ToList();
        if (!waiting.Exists(a => DeadlinePolicy.RemindersDue(a.Case!.LockedAt!.Value, now) > a.Case.Reminded)) return false;

        var due = waiting.FindAll(a => DeadlinePolicy.RemindersNear(a.Case!.LockedAt!.Value, now) > a.Case.Reminded);
        foreach (var account in due) account.Case!.Reminded = DeadlinePolicy.RemindersNear(account.Case.LockedAt!.Value, now);
        notices.OweReminder(due, now);
        chronicle.Reminded(due.Count);
        return true;
    }

    private async Task<bool> StepAsync(Account account, DateTimeOffset until, DateTimeOffset now, CancellationToken cancel)
    {
        // Of admitted people the state holds ids alone; who he is comes from Grafana. Without an answer he is looked at again in a minute.
        var answer = await grafana.UserAsync(account.Id, cancel);
        if (!answer.IsDone) return false;
        if (now >= until)
        {
            account.Until = null;
            locksmith.Open(answer.Value, account, Arrival.Unknown, new Decision(now, "the end date that was given with the approval", $"access until {until:u}"));
            return true;
        }

        var warnings = DeadlinePolicy.WarningsDue(until, now);
        account.UntilWarned = warnings;
        var user = answer.Value;
        notices.Owe(new Letter(
            $"ends/{account.Ref}/{until.ToUnixTimeSeconds()}/{warnings}", LetterKind.EndsSoon, [account.Ref], now,
            Note: new LetterNote(Since: until, Person: new Person(user.Login, user.Email, user.Name))));
        return true;
    }
}
