using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;

namespace Athena.AutoDisable;

/// <summary>
/// Locks accounts: disables, reads back that it is so and that no session is left, else tries again. Every case is resumable: what has
/// to be done next follows from the state and from Grafana.
/// </summary>
internal sealed class Locksmith(
    IGrafana grafana,
    GateMemory memory,
    Troubles troubles,
    Notices notices,
    Chronicle chronicle,
    GateOptions options,
    TimeProvider time)
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15),
    ];

    /// <summary>An internal account that cannot be locked for this many attempts although Grafana answers is reported as still inside.</summary>
    private const int AttemptsBeforeAlarm = 4;

    /// <summary>
    /// Cases are worked on together, because each waits for Grafana most of the time; but what they share (this class, the book, the
    /// letters, the troubles) is touched by one at a time, between two waits. So nothing in this class may say ConfigureAwait(false).
    /// </summary>
    private readonly TaskScheduler oneAtATime = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    /// <summary>When Grafana answered that the account is disabled. Not kept: after a restart Grafana is asked again.</summary>
    private readonly Dictionary<Account, DateTimeOffset> disabledAt = [];

    /// <summary>Read back as disabled at least once by this process.</summary>
    private readonly HashSet<Account> seenDisabled = [];

    /// <summary>Cases opened by this process whose disable has not been tried yet: nobody can have approved those in between.</summary>
    private readonly HashSet<Account> untried = [];

    /// <summary>Opens a case in memory. The caller saves, which is the intent, and then disables.</summary>
    public Account Open(GrafanaUser user, Account? known, Arrival arrival, Decision? rejection = null)
    {
        var account = known ?? new Account { Uid = user.Uid, Id = user.Id, Status = AccountStatus.Locking };
        if (known is null) memory.Book.Add(account);
        account.Status = AccountStatus.Locking;
        account.EnabledUnseenSince = null;
        account.Approving = null;
        account.Case = new LockCase
        {
            OpenedAt = time.GetUtcNow(),
            Person = new Person(user.Login, user.Email, user.Name),
            Arrival = arrival,
            Created = user.Created,
            Rejection = rejection,
        };
        untried.Add(account);
        chronicle.Intends(account, rejection is null ? known is null ? "new" : "enabled without an approval" : "rejected");
        return account;
    }

    /// <summary>The hot path: nothing but the disable itself, of all at once.</summary>
    public Task DisableAsync(IReadOnlyCollection<Account> accounts, CancellationToken cancel) =>
        TogetherAsync(accounts, account => DisableAsync(account, cancel));

    /// <summary>Accounts whose next step is due.</summary>
    public IReadOnlyList<Account> Due()
    {
        var now = time.GetUtcNow();
        return [.. memory.Book.All.Where(a => a is { Status: AccountStatus.Locking, Case: not null } && !(a.Case.NextAttempt > now))];
    }

    /// <summary>Takes each of these cases a step further.</summary>
    public Task StepAsync(IReadOnlyCollection<Account> accounts, CancellationToken cancel) =>
        TogetherAsync(accounts, account => StepAsync(account, cancel));

    /// <summary>
    /// Takes one case a step further: disables if that has not been done, then reads back, ends sessions and closes the case as locked
    /// or rejected. What goes wrong sets the time of the next attempt.
    /// </summary>
    private async Task StepAsync(Account account, CancellationToken cancel)
    {
        if (untried.Contains(account)) await DisableAsync(account, cancel);
        if (account is not { Status: AccountStatus.Locking, Case: { } open } || open.NextAttempt > time.GetUtcNow()) return;

        var read = await grafana.UserAsync(account.Id, cancel);
        if (!read.IsDone || IsSomebodyElse(account, read.Value))
        {
            if (read.IsDone || read.Outcome == GrafanaOutcome.Gone) CloseGone(account);
            else Failed(account, read.Outcome, read.Detail);
            return;
        }

        open.Person = new Person(read.Value.Login, read.Value.Email, read.Value.Name);
        open.Created ??= read.Value.Created;
        if (!read.Value.IsDisabled)
        {
            if (seenDisabled.Contains(account))
            {
                // It was disabled and somebody enabled it since: that is for the look to judge, which waits for the log to show who.
                account.Status = AccountStatus.Locked;
                open.LockedAt = disabledAt.GetValueOrDefault(account, time.GetUtcNow());
                chronicle.Locked(account);
                Forget(account);
                return;
            }

            // An answer that was lost, an intent from before a crash, or Grafana did not do what it said.
            await DisableAsync(account, cancel);
            if (disabledAt.ContainsKey(account))
                Failed(account, GrafanaOutcome.Unavailable, "Grafana answered that the account is disabled, but its record said enabled.");
            return;
        }

        disabledAt.TryAdd(account, time.GetUtcNow());
        seenDisabled.Add(account);
        if (!await EndSessionsAsync(account, cancel)) return;
        await NoteRolesAsync(account, cancel);
        await CloseAsync(account, cancel);
    }

    /// <summary>Forgets what this process knew of an account's case, because an admin has decided it.</summary>
    public void Forget(Account account)
    {
        untried.Remove(account);
        disabledAt.Remove(account);
        seenDisabled.Remove(account);
    }

    private Task TogetherAsync(IEnumerable<Account> accounts, Func<Account, Task> work) => Task.WhenAll(accounts.Select(account =>
        Task.Factory.StartNew(() => work(account), CancellationToken.None, TaskCreationOptions.DenyChildAttach, oneAtATime).Unwrap()));

    private async Task DisableAsync(Account account, CancellationToken cancel)
    {
        untried.Remove(account);
        disabledAt.Remove(account);
        var answer = await grafana.DisableAsync(account.Id, cancel);
        switch (answer.Outcome)
        {
            case GrafanaOutcome.Done or GrafanaOutcome.AlreadySo:
                disabledAt[account] = time.GetUtcNow();
                break;
            case GrafanaOutcome.Gone:
                CloseGone(account);
                break;
            case GrafanaOutcome.ExternalUser:
                // His sessions at least can be ended, again and again.
                await grafana.LogoutAsync(account.Id, cancel);
                Failed(account, answer.Outcome, answer.Detail);
                break;
            default:
                Failed(account, answer.Outcome, answer.Detail);
                break;
        }
    }

    /// <summary>A disable ends the sessions too; this proves it. False when it could not be proved and is to be tried again.</summary>
    private async Task<bool> EndSessionsAsync(Account account, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var sessions = await grafana.SessionsAsync(account.Id, cancel);
            if (sessions.Outcome == GrafanaOutcome.Refused) return true; // May not be looked at; the account itself is locked.
            if (!sessions.IsDone)
            {
                if (sessions.Outcome == GrafanaOutcome.Gone) CloseGone(account);
                else Failed(account, sessions.Outcome, sessions.Detail);
                return false;
            }

            if (sessions.Value.Count == 0) return true;
            await grafana.LogoutAsync(account.Id, cancel);
        }

        Failed(account, GrafanaOutcome.Unavailable, "The account is disabled, but sessions of it are still open after a log-out.");
        return false;
    }

    /// <summary>For the mail only; whatever comes back, the case goes on.</summary>
    private async Task NoteRolesAsync(Account account, CancellationToken cancel)
    {
        var answer = await grafana.OrganisationsOfAsync(account.Id, cancel);
        if (!answer.IsDone) return;
        account.Case!.Roles = [.. answer.Value.Select(m => $"{m.Name}: {m.Role}")];
        account.Case.HasUnusualRole = answer.Value.Any(m => m.Role != options.DefaultRole && m.Role != "None");
    }

    private async Task CloseAsync(Account account, CancellationToken cancel)
    {
        var open = account.Case!;
        open.LockedAt = disabledAt.GetValueOrDefault(account, time.GetUtcNow());
        open.Problem = null;
        open.NextAttempt = null;
        troubles.End(TroubleKind.NotPermitted);
        if (open.Rejection is not { } rejection)
        {
            account.Status = AccountStatus.Locked;
            chronicle.Locked(account);
            Forget(account);
            return;
        }

        if (open.Delete)
        {
            var deleted = await grafana.DeleteUserAsync(account.Id, cancel);
            if (deleted.Outcome is not (GrafanaOutcome.Done or GrafanaOutcome.AlreadySo or GrafanaOutcome.Gone))
            {
                Failed(account, deleted.Outcome, "Locked, but it could not be deleted: " + deleted.Detail);
                return;
            }
        }

        CloseRejected(account, rejection);
    }

    private void CloseRejected(Account account, Decision rejection)
    {
        var deleted = account.Case!.Delete;
        account.Status = AccountStatus.Rejected;
        account.Decision = rejection;
        chronicle.Rejected(account, deleted ? "deleted" : "stays locked");
        notices.OweOutcome(account, LetterKind.Rejected);
        if (deleted) memory.Book.Remove(account);
        Forget(account);
    }

    private void CloseGone(Account account)
    {
        if (account.Case is { Rejection: { } rejection, Delete: true })
        {
            CloseRejected(account, rejection);
            return;
        }

        chronicle.Gone(account, "to be locked");
        memory.Book.Remove(account);
        Forget(account);
    }

    private void Failed(Account account, GrafanaOutcome outcome, string detail)
    {
        var open = account.Case!;
        open.Problem = detail;
        open.NextAttempt = time.GetUtcNow() + Pauses[Math.Min(open.Attempts, Pauses.Length - 1)];
        open.Attempts++;
        switch (outcome)
        {
            case GrafanaOutcome.SignInFailed:
                troubles.Begin(TroubleKind.SignedOut, detail);
                break;
            case GrafanaOutcome.Refused:
                troubles.Begin(TroubleKind.NotPermitted, detail);
                break;
        }

        var alarming = outcome is GrafanaOutcome.ExternalUser or GrafanaOutcome.Refused
            || (open.Attempts >= AttemptsBeforeAlarm && !troubles.Has(TroubleKind.GrafanaDown) && !troubles.Has(TroubleKind.SignedOut));
        if (!alarming) return;
        chronicle.CouldNotLock(account, isFirst: !open.ToldInside);
        notices.OweStillInside(account);
    }

    /// <summary>Ids come back after a restored database: an id that now has another uid is not the account the case is about.</summary>
    private static bool IsSomebodyElse(Account account, GrafanaUser user) =>
        account.Uid is { } uid && user.Uid is { } now && uid != now;
}
