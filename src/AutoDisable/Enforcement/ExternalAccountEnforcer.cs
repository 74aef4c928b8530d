using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// External accounts (single sign-on, LDAP, auth proxy), which Grafana's API cannot lock (docs/grafana.md §5). With access to Grafana's
/// database they are locked there. Without it the daemon stays at the door: whoever comes in is shown out again, at once and at every
/// sign of them, with no role where Grafana allows that.
/// </summary>
/// <param name="grafana">Grafana.</param>
/// <param name="table">Grafana's own tables; null when the daemon has no access to them.</param>
/// <param name="memory">The state.</param>
/// <param name="troubles">Told when the database cannot be used.</param>
/// <param name="notificationPlanner">What the admins are told.</param>
/// <param name="eventRecorder">What is written down.</param>
/// <param name="time">The clock.</param>
internal sealed class ExternalAccountEnforcer(
    IGrafana grafana, IGrafanaUserTable? table, AutoDisableMemory memory, Troubles troubles, NotificationPlanner notificationPlanner,
    EventRecorder eventRecorder, TimeProvider time)
{
    /// <summary>How often the sessions of those at the door are looked at, besides at each sign of them.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Back this often within an hour is more than a page that was still open.</summary>
    private const int ReturnsBeforeAlarm = 3;

    /// <summary>So many are counted; whoever comes back more often is said to have come back so often.</summary>
    private const int MostReturns = 100;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>A database that did not answer is asked again only then: everybody else at the gate waits for the answer.</summary>
    private static readonly TimeSpan DatabaseRest = TimeSpan.FromSeconds(15);

    /// <summary>For the same reason a database that is known not to answer gets no more time than this.</summary>
    private static readonly TimeSpan DatabaseProbe = TimeSpan.FromSeconds(2);

    /// <summary>Those at the door of whom there was a sign since they were last shown out.</summary>
    private readonly HashSet<Account> signs = [];

    /// <summary>Those whose roles have not been taken yet.</summary>
    private readonly HashSet<Account> withRoles = [];

    /// <summary>Those whose sessions are to be looked at in this round.</summary>
    private readonly HashSet<Account> rounds = [];

    private DateTimeOffset nextLook;
    private DateTimeOffset databaseRestsUntil;

    /// <summary>Locks them in the database. Null when there is none, or it is not asked now.</summary>
    public async Task<UserTableAnswer?> LockInDatabaseAsync(Account account, CancellationToken cancel)
    {
        if (table is null || !Deadline.IsDue(databaseRestsUntil, time.GetUtcNow(), DatabaseRest)) return null;
        using var probe = new CancellationTokenSource(
            troubles.Has(TroubleKind.DatabaseNotUsable) ? DatabaseProbe : Timeout.InfiniteTimeSpan, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel, probe.Token);
        UserTableAnswer answer;
        try
        {
            answer = await table.DisableAsync(account.Id, account.Uid, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            answer = new UserTableAnswer(UserTableOutcome.Unavailable, null, "Grafana's database still does not answer.");
        }

        NoteDatabase(answer);
        return answer;
    }

    /// <summary>Lets them in again in the database; the API refuses that, too. False when there is none or it cannot be used now.</summary>
    public async Task<bool> UnlockInDatabaseAsync(Account account, CancellationToken cancel)
    {
        if (table is null) return false;
        var answer = await table.EnableAsync(account.Id, account.Uid, cancel);
        NoteDatabase(answer);
        return answer.IsSo;
    }

    /// <summary>
    /// Nothing else helps: they have been logged out, and are shown out again at every sign of them. Their roles are taken with what can
    /// wait, as far as Grafana allows. The caller commits.
    /// </summary>
    public void TurnAway(Account account, string refusal)
    {
        var open = account.Case!;
        open.Problem = refusal;
        account.Status = AccountStatus.AtDoor;
        withRoles.Add(account);
        eventRecorder.CouldNotLock(account, isFirst: open.InsideSince is null);
        notificationPlanner.OweStillInside(account);
    }

    /// <summary>
    /// Lines of the log show that these do something. Those at the door are shown out in the next slice: there may be any number of them,
    /// and whoever is not locked yet comes before them.
    /// </summary>
    public void OnSigns(IEnumerable<long> ids)
    {
        foreach (var id in ids)
            if (memory.Book.FindById(id) is { Status: AccountStatus.AtDoor } account) signs.Add(account);
    }

    /// <summary>A slice of those at the door: first those of whom there was a sign, then, from time to time, all.</summary>
    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (Deadline.IsDue(nextLook, now, Interval))
        {
            nextLook = now + Interval;
            rounds.UnionWith(memory.Book.Open.Where(a => a.Status == AccountStatus.AtDoor));
        }

        var changed = await SliceAsync(signs, ShowOutAsync, cancel);
        if (signs.Count == 0) changed |= await SliceAsync(withRoles, TakeRolesAsync, cancel);
        if (signs.Count + withRoles.Count == 0) changed |= await SliceAsync(rounds, StepAsync, cancel);
        var isUnfinished = signs.Count + withRoles.Count + rounds.Count > 0;
        return (changed ? Progress.Changed : Progress.None) | (isUnfinished ? Progress.Unfinished : Progress.None);
    }

    private static async Task<bool> SliceAsync(
        HashSet<Account> queue, Func<Account, CancellationToken, Task<bool>> step, CancellationToken cancel)
    {
        var slice = queue.Take(Portions<Account>.Size).ToList();
        queue.ExceptWith(slice);
        return (await Task.WhenAll(slice.Where(account => account.Status == AccountStatus.AtDoor).Select(account => step(account, cancel))))
            .Contains(true);
    }

    private async Task<bool> StepAsync(Account account, CancellationToken cancel)
    {
        if (await LockInDatabaseAsync(account, cancel) is not { IsSo: true }) return await ShowOutAsync(account, cancel);
        account.Status = AccountStatus.Locking; // It could be done after all; read back and told as any other.
        account.Case!.ExposedAt = null; // They have been in since.
        return true;
    }

    /// <summary>Ends their sessions if they have any; that is a return. True when something was noted.</summary>
    private async Task<bool> ShowOutAsync(Account account, CancellationToken cancel)
    {
        var sessions = await grafana.SessionsAsync(account.Id, cancel);
        if (!sessions.IsDone && sessions.Outcome != GrafanaOutcome.Gone)
        {
            // They may not be listed, or are too many for a list: then it is not known whether this is a return, and they go out all the
            // same.
            await grafana.LogoutAsync(account.Id, cancel);
            return false;
        }

        if (sessions.Value is not { Count: > 0 }) return false;
        await grafana.LogoutAsync(account.Id, cancel);
        await TakeRolesAsync(account, cancel);

        var open = account.Case!;
        var now = time.GetUtcNow();
        open.Returns = [.. open.Returns.Where(at => now - at < Hour).TakeLast(MostReturns - 1), now];
        eventRecorder.ShownOut(account, open.Returns.Count);
        if (open.Returns.Count >= ReturnsBeforeAlarm && Deadline.IsDue(open.ToldReturnsAt + Hour, now, Hour))
        {
            open.ToldReturnsAt = now;
            notificationPlanner.OweBackAgain(account);
        }

        return true;
    }

    /// <summary>
    /// Role None, where Grafana allows it: not for roles that single sign-on keeps in step. What was before is remembered.
    /// </summary>
    private async Task<bool> TakeRolesAsync(Account account, CancellationToken cancel)
    {
        var isAnyTaken = false;
        var memberships = await grafana.OrganisationsOfAsync(account.Id, cancel);
        foreach (var membership in (memberships.Value ?? []).Where(m => m.Role != "None"))
        {
            var taken = await grafana.SetRoleAsync(membership.OrgId, account.Id, "None", cancel);
            isAnyTaken |= taken.IsDone;
            if (taken.IsDone && !account.Case!.RolesBefore.Any(r => r.OrgId == membership.OrgId))
                account.Case.RolesBefore = [.. account.Case.RolesBefore, new RoleBefore(membership.OrgId, membership.Role)];
        }

        return isAnyTaken;
    }

    /// <summary>A row that somebody else holds says that the database is there.</summary>
    private void NoteDatabase(UserTableAnswer answer)
    {
        if (answer.IsSo || answer.Outcome is UserTableOutcome.Gone or UserTableOutcome.Busy) troubles.End(TroubleKind.DatabaseNotUsable);
        else BeginRest(answer.Detail);
    }

    private void BeginRest(string detail)
    {
        troubles.Begin(TroubleKind.DatabaseNotUsable, detail);
        databaseRestsUntil = time.GetUtcNow() + DatabaseRest;
    }
}
