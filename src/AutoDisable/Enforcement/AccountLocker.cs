using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Locks accounts: disables, reads back that it is so and that no session is left, else tries again. Every case is resumable: what has
/// to be done next follows from the state and from Grafana.
/// </summary>
internal sealed class AccountLocker(
    IGrafana grafana,
    AutoDisableMemory memory,
    Troubles troubles,
    NotificationPlanner notificationPlanner,
    ExternalAccountEnforcer externalAccountEnforcer,
    EventRecorder eventRecorder,
    AutoDisableOptions options,
    TimeProvider time)
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15),
    ];

    /// <summary>A row that somebody else holds is free again a moment later, and meanwhile the account is inside.</summary>
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// An internal account that cannot be locked for this many attempts although Grafana answers is reported as still inside.
    /// </summary>
    private const int AttemptsBeforeAlarm = 4;

    /// <summary>Disabled between two looks at the inbox: about a tenth of a second's work.</summary>
    private const int UntriedAtOnce = 64;

    /// <summary>Organisations of which the role is told.</summary>
    private const int MostRoles = 20;

    /// <summary>Grafana marks an account as external just after it makes it; by then the mark is there (docs/grafana.md §5).</summary>
    private static readonly TimeSpan MarkComesLate = TimeSpan.FromSeconds(2);

    /// <summary>When Grafana answered that the account is disabled. Not kept: after a restart Grafana is asked again.</summary>
    private readonly Dictionary<Account, DateTimeOffset> disabledAt = [];

    /// <summary>Read back as disabled at least once by this process.</summary>
    private readonly HashSet<Account> seenDisabled = [];

    /// <summary>Cases opened by this process whose disable has not been tried yet: nobody can have approved those in between.</summary>
    private readonly HashSet<Account> untried = [];

    private readonly Portions<Account> steps = new();
    private readonly Portions<Account> secondLooks = new();

    /// <summary>Opens a case in memory. The caller saves, which is the intent, and then disables.</summary>
    public Account Open(GrafanaUser user, Account? known, Arrival arrival, Decision? rejection = null)
    {
        var account = known ?? new Account { Uid = user.Uid, Id = user.Id, Status = AccountStatus.Locking };
        if (known is null) memory.Book.Add(account);
        var isOpen = account is { Status: AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor, Case: not null };
        var wasAtDoor = account.Status == AccountStatus.AtDoor;

        // The sign-in of a directory sets the flag back: it is the same matter, and nobody is asked about it again.
        var asked = user.IsExternal && known is { Status: AccountStatus.Locked } ? known.Case?.NoticeKey : null;
        account.Status = AccountStatus.Locking;
        account.EnabledUnseenSince = null;
        account.Found = null;
        account.Approving = null;
        account.Import = null;
        account.Until = null;
        untried.Add(account);
        if (isOpen && rejection is not null)
        {
            // The same matter goes on: the mail that asked about it is settled by its outcome.
            account.Case!.Rejection = rejection;
            account.Case.NextAttempt = null;
            return account;
        }

        account.Case = new LockCase
        {
            OpenedAt = time.GetUtcNow(),
            Person = new Person(user.Login, user.Email, user.Name),
            Arrival = arrival,
            Created = user.Created,
            WasFoundDisabled = known is null && user.IsDisabled,
            IsOldId = known?.Case?.IsOldId ?? user.Id <= memory.State.HighestId,
            Rejection = rejection,
            IsExternal = user.IsExternal || known?.Case?.IsExternal == true,
            RolesBefore = known?.Case?.RolesBefore ?? [],
            NoticeKey = asked,
            InsideKey = wasAtDoor ? known?.Case?.InsideKey : null, // Who was told that they are inside is told that they are locked.
            Exposure = known?.Case?.Exposure, // What was left behind the last time is there still.
            IsDrill = rejection is null && known?.Case is null or { IsDrill: true } && DrillPolicy.IsItsAccount(memory.State.Drill, user),
            ServiceAccountsBefore = [.. memory.State.ServiceAccounts.Where(id => id > account.Id).Order()],
        };
        return account;
    }

    /// <summary>The hot path: nothing but the disable itself, of all at once.</summary>
    public Task DisableAsync(IReadOnlyCollection<Account> accounts, CancellationToken cancel) =>
        Task.WhenAll(accounts.Select(account => DisableAsync(account, cancel)));

    /// <summary>Takes those whose next step is due a step further.</summary>
    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (due, isUnfinished) = steps.Next(
            memory.Book.Open, a => a is { Status: AccountStatus.Locking, Case: not null } && IsDue(a.Case, now));
        if (due.Count == 0) return Progress.None;
        await Task.WhenAll(due.Select(account => StepAsync(account, cancel)));
        return isUnfinished ? Progress.Changed | Progress.Unfinished : Progress.Changed;
    }

    /// <summary>
    /// Takes one case a step further: disables if that has not been done, then reads back, ends sessions and closes the case as locked
    /// or rejected. What goes wrong sets the time of the next attempt.
    /// </summary>
    private async Task StepAsync(Account account, CancellationToken cancel)
    {
        if (untried.Contains(account)) await DisableAsync(account, cancel);
        if (account is not { Status: AccountStatus.Locking, Case: { } open } || !IsDue(open, time.GetUtcNow())) return;

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
            if (seenDisabled.Contains(account) && open.Rejection is null)
            {
                // It was disabled and somebody enabled it since: that is for the look to judge, which waits for the log to show who. Of
                // somebody who was rejected there is nothing to judge: an admin's word after that comes by the log.
                account.Status = AccountStatus.Locked;
                open.LockedAt = disabledAt.GetValueOrDefault(account, time.GetUtcNow());
                eventRecorder.Locked(account);
                Forget(account);
                return;
            }

            // An answer that was lost, an intent from before a crash, or Grafana did not do what it said.
            var wasSaid = disabledAt.ContainsKey(account);
            await DisableAsync(account, cancel);
            if (!disabledAt.ContainsKey(account)) return;
            if (wasSaid)
                Failed(account, GrafanaOutcome.Unavailable, "Grafana answered that the account is disabled, but its record said enabled.");
            else await StepAsync(account, cancel); // The first attempt that succeeded: read back at once.
            return;
        }

        // By whom and since when it is so, nobody of this process knows.
        if (disabledAt.TryAdd(account, time.GetUtcNow())) open.IsLockTimeLatest = true;
        seenDisabled.Add(account);
        if (!await EndSessionsAsync(account, cancel)) return;
        await NoteRolesAsync(account, cancel);
        await CloseAsync(account, cancel);
    }

    /// <summary>
    /// Looks once more at accounts that were taken for internal ones a moment after they were made.
    /// </summary>
    public async Task<Progress> LookAgainAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (due, isUnfinished) = secondLooks.Next(
            memory.Book.Open,
            a => a is { Status: AccountStatus.Locked, Case.LookAgainAt: { } at } && Deadline.IsDue(at, now, MarkComesLate));
        var progress = isUnfinished ? Progress.Unfinished : Progress.None;
        var records = await Task.WhenAll(due.Select(account => grafana.UserAsync(account.Id, cancel)));
        foreach (var (account, read) in due.Zip(records))
        {
            if (!read.IsDone && read.Outcome != GrafanaOutcome.Gone) continue;
            account.Case!.LookAgainAt = null;
            account.Case.IsExternal = read.Value?.IsExternal == true;
            progress |= Progress.Changed;
        }

        return progress;
    }

    /// <summary>
    /// Disables some of those of whom it was decided and who have not been tried: thousands at once must not stand in front of the next
    /// one. True when there are more.
    /// </summary>
    public async Task<bool> DisableSomeAsync(CancellationToken cancel)
    {
        untried.RemoveWhere(account => account.Status != AccountStatus.Locking);
        await DisableAsync([.. untried.Take(UntriedAtOnce)], cancel);
        return untried.Count > 0;
    }

    /// <summary>Forgets what this process knew of an account's case, because an admin has decided it.</summary>
    public void Forget(Account account)
    {
        untried.Remove(account);
        disabledAt.Remove(account);
        seenDisabled.Remove(account);
    }

    private async Task DisableAsync(Account account, CancellationToken cancel)
    {
        untried.Remove(account);
        disabledAt.Remove(account);
        var answer = await grafana.DisableAsync(account.Id, cancel);
        switch (answer.Outcome)
        {
            case GrafanaOutcome.Done or GrafanaOutcome.AlreadySo:
                disabledAt[account] = time.GetUtcNow();
                account.Case!.IsLockTimeLatest = account.Case.WasFoundDisabled || answer.Outcome == GrafanaOutcome.AlreadySo;
                break;
            case GrafanaOutcome.Gone:
                CloseGone(account);
                break;
            case GrafanaOutcome.ExternalUser:
                account.Case!.IsExternal = true;
                await DisableExternalAsync(account, answer.Detail, cancel);
                break;
            default:
                Failed(account, answer.Outcome, answer.Detail);
                break;
        }
    }

    /// <summary>In the database, or out of the door: with the log-out first, for the moment inside is what counts.</summary>
    private async Task DisableExternalAsync(Account account, string refusal, CancellationToken cancel)
    {
        var answer = await externalAccountEnforcer.LockInDatabaseAsync(account, cancel);
        if (answer is { IsSo: true })
        {
            disabledAt[account] = time.GetUtcNow();
            return;
        }

        await grafana.LogoutAsync(account.Id, cancel);
        if (await IsDisabledAsync(account, cancel)) disabledAt[account] = time.GetUtcNow();
        else if (account.Case!.Delete) await CloseAsync(account, cancel); // What cannot be locked can be deleted.
        else if (answer is { Outcome: UserTableOutcome.Busy }) Failed(account, GrafanaOutcome.Unavailable, answer.Detail, BusyPause);
        else externalAccountEnforcer.TurnAway(account, refusal);
    }

    /// <summary>Grafana refuses also where there is nothing left to do: somebody has set the flag by hand (docs/grafana.md §5).</summary>
    private async Task<bool> IsDisabledAsync(Account account, CancellationToken cancel)
    {
        var read = await grafana.UserAsync(account.Id, cancel);
        return read.IsDone && read.Value.IsDisabled && !IsSomebodyElse(account, read.Value);
    }

    /// <summary>A disable ends the sessions too; this proves it. False when it could not be proved and is to be tried again.</summary>
    private async Task<bool> EndSessionsAsync(Account account, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var sessions = await grafana.SessionsAsync(account.Id, cancel);
            if (sessions.Outcome == GrafanaOutcome.Refused)
            {
                // They may not be looked at; then a log-out that Grafana confirms is the proof.
                var ended = await grafana.LogoutAsync(account.Id, cancel);
                if (ended.IsDone) return true;
                Failed(account, ended.Outcome, ended.Detail);
                return false;
            }

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
        account.Case!.Roles = [.. answer.Value.Take(MostRoles).Select(m => $"{ClaimedText.Cut(m.Name)}: {m.Role}")];
        account.Case.HasUnusualRole = answer.Value.Any(m => m.Role != options.DefaultRole && m.Role != "None");
    }

    private async Task CloseAsync(Account account, CancellationToken cancel)
    {
        var open = account.Case!;
        open.LockedAt = disabledAt.GetValueOrDefault(account, time.GetUtcNow());
        open.Problem = null;
        open.NextAttempt = null;
        if (!open.IsExternal) open.LookAgainAt = time.GetUtcNow() + MarkComesLate;
        troubles.End(TroubleKind.NotPermitted);
        if (open.Rejection is not { } rejection)
        {
            account.Status = AccountStatus.Locked;
            eventRecorder.Locked(account);
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
        eventRecorder.Rejected(account, deleted ? "deleted" : "stays locked");
        notificationPlanner.OweOutcome(account, LetterKind.Rejected, isDeleted: deleted);
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

        eventRecorder.Gone(account, "to be locked");
        memory.EndCase(account); // What they did, and what they made, outlives the account.
        if (account.Case is { Rejection: null, IsDrill: false })
        {
            account.Decision ??= new Decision(time.GetUtcNow(), "could not see whom", "deleted in Grafana");
            notificationPlanner.OweOutcome(account, LetterKind.Rejected, isDeleted: true);
        }

        memory.Book.Remove(account);
        Forget(account);
    }

    private static bool IsDue(LockCase open, DateTimeOffset now) => Deadline.IsDue(open.NextAttempt, now, Pauses[^1]);

    private void Failed(Account account, GrafanaOutcome outcome, string detail, TimeSpan? longestPause = null)
    {
        var open = account.Case!;
        open.Problem = detail;
        var pause = Pauses[Math.Min(open.Attempts, Pauses.Length - 1)];
        open.NextAttempt = time.GetUtcNow() + (longestPause < pause ? longestPause.Value : pause);
        open.Attempts++;
        if (outcome is GrafanaOutcome.SignInFailed or GrafanaOutcome.Refused) troubles.BeginFor(outcome, detail);
        var alarming = outcome is GrafanaOutcome.Refused
            || (open.Attempts >= AttemptsBeforeAlarm && !troubles.Has(TroubleKind.GrafanaDown) && !troubles.Has(TroubleKind.SignedOut));
        if (!alarming) return;
        eventRecorder.CouldNotLock(account, isFirst: open.InsideSince is null);
        notificationPlanner.OweStillInside(account);
    }

    /// <summary>Ids come back after a restored database: an id that now has another uid is not the account the case is about.</summary>
    private static bool IsSomebodyElse(Account account, GrafanaUser user) =>
        account.Uid is { } uid && user.Uid is { } now && uid != now;
}
