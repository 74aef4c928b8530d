using System.Globalization;
using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;

namespace Athena.AutoDisable;

/// <summary>
/// How accounts come to be admitted, and leave: enabled by an admin in Grafana, approved by our own command, found enabled, deleted.
/// </summary>
internal sealed class Approvals(
    IGrafana grafana,
    GateMemory memory,
    Locksmith locksmith,
    Doorkeeper doorkeeper,
    Notices notices,
    Chronicle chronicle,
    GateOptions options,
    TimeProvider time)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Approvals that could not be carried out are tried again then.</summary>
    private readonly Dictionary<Account, DateTimeOffset> retryAt = [];

    private static readonly TimeSpan EarlyApprovalKept = TimeSpan.FromHours(24);

    /// <summary>Another server admin was seen enabling an account: that is the approval. The caller commits.</summary>
    public async Task OnEnabledAsync(EnabledByAdmin line, CancellationToken cancel)
    {
        var account = memory.Book.FindByIdOrUid(line.Subject);
        if (account is { Status: AccountStatus.Admitted }) return;

        var decision = new Decision(
            line.At ?? time.GetUtcNow(),
            string.Create(CultureInfo.InvariantCulture, $"{line.Actor} (id {line.ActorId})"),
            "");
        if (account is null)
        {
            memory.State.EarlyApprovals.RemoveAll(early => early.Subject == line.Subject);
            memory.State.EarlyApprovals.Add(new EarlyApproval(line.Subject, decision));
            return;
        }

        if (account.Case?.IsExternal == true) return; // Only our own command approves those.

        // A line that was read late, about an enabling that was taken back since.
        var rejectedAt = account.Case?.Rejection?.At ?? (account.Status == AccountStatus.Rejected ? account.Decision?.At : null);
        if (rejectedAt >= decision.At) return;

        if (account.Case is null) await NamePersonAsync(account, cancel).ConfigureAwait(false);

        // When our disable came after his decision, it undid the decision: then it is for us to enable him.
        var undone = account.Status == AccountStatus.Locking || account.Case?.LockedAt > line.At;
        Admit(account, decision, LetterKind.Approved);
        if (undone || options.ApprovedRole is not null) account.Approving = new Approval(options.ApprovedRole, 0);
    }

    /// <summary>
    /// Admits an account that we see for the first time if an admin was seen enabling it before. The caller commits.
    /// </summary>
    public bool TryAdmitEarly(GrafanaUser user)
    {
        if (memory.State.EarlyApprovals.Count == 0 || user.IsExternal) return false;
        var id = user.Id.ToString(CultureInfo.InvariantCulture);
        var early = memory.State.EarlyApprovals.Find(e => e.Subject == user.Uid || e.Subject == id);
        memory.State.EarlyApprovals.RemoveAll(e => time.GetUtcNow() - e.Decision.At > EarlyApprovalKept);
        if (early is null) return false;

        memory.State.EarlyApprovals.Remove(early);
        var account = Remember(user);
        account.Case = new LockCase { OpenedAt = time.GetUtcNow(), Person = new Person(user.Login, user.Email, user.Name) };
        Admit(account, early.Decision, LetterKind.Approved);
        return true;
    }

    /// <summary>An admin was seen deleting an account: that is a rejection. The next look strikes it from the book.</summary>
    public void OnDeleted(DeletedByAdmin line)
    {
        if (memory.Book.FindByIdOrUid(line.Subject) is not { Status: not AccountStatus.Admitted } account) return;
        account.Decision = new Decision(line.At ?? time.GetUtcNow(), line.Actor, "deleted in Grafana");
    }

    /// <summary>Approves by our own command. The intent is in the state when this returns; <see cref="CarryOutAsync(CancellationToken)"/> does the rest.</summary>
    public void Approve(Account account, Decision decision, Approval approval)
    {
        var taken = account.Case?.RolesBefore is { Count: > 0 } roles ? roles : null;
        Admit(account, decision, LetterKind.Approved);
        account.Approving = approval with { Restore = taken };
    }

    /// <summary>An account that we held locked is enabled and no line said by whom. The caller commits.</summary>
    public void AdmitUnseen(Account account, GrafanaUser user)
    {
        account.Case ??= new LockCase { OpenedAt = time.GetUtcNow(), Person = new Person(user.Login, user.Email, user.Name) };
        Admit(account, new Decision(time.GetUtcNow(), "a server admin (could not see whom)", ""), LetterKind.ApprovedUnseen);
        if (options.ApprovedRole is not null) account.Approving = new Approval(options.ApprovedRole, 0);
    }

    /// <summary>A server admin whom we have never seen: remembered, and reported loudly. The caller commits.</summary>
    public void ReportServerAdmin(GrafanaUser user)
    {
        var person = new Person(user.Login, user.Email, user.Name);
        var account = Remember(user);
        chronicle.NewServerAdmin(account, person);
        notices.Owe(new Letter($"server-admin/{account.Ref}", LetterKind.NewServerAdmin, [account.Ref], time.GetUtcNow(),
            Note: new LetterNote(Person: person)));
    }

    /// <summary>Puts an account into the book as admitted, without a word.</summary>
    public Account Remember(GrafanaUser user)
    {
        var account = new Account { Uid = user.Uid, Id = user.Id, Status = AccountStatus.Admitted };
        memory.Book.Add(account);
        return account;
    }

    /// <summary>Strikes out accounts that a believed complete list no longer holds. The caller commits.</summary>
    public void ForgetMissing(IReadOnlyList<GrafanaUser> users)
    {
        var present = users.Select(memory.Book.Find).OfType<Account>().ToHashSet();
        foreach (var account in memory.Book.All.Where(a => !present.Contains(a) && a.Status != AccountStatus.Locking).ToList())
        {
            if (account.Status is AccountStatus.Locked or AccountStatus.AtDoor)
            {
                account.Decision ??= new Decision(time.GetUtcNow(), "could not see whom", "deleted in Grafana");
                chronicle.Rejected(account, "deleted in Grafana");
                notices.OweOutcome(account, LetterKind.Rejected);
            }
            else
            {
                chronicle.Gone(account, account.Status.ToString());
            }

            memory.Book.Remove(account);
            locksmith.Forget(account);
        }
    }

    /// <summary>Carries out approvals that are still to be done in Grafana. True when something changed; the caller commits.</summary>
    public async Task<bool> CarryOutAsync(CancellationToken cancel)
    {
        var changed = false;
        foreach (var account in memory.Book.All.Where(a => a.Approving is not null && !(retryAt.GetValueOrDefault(a) > time.GetUtcNow())).ToList())
        {
            if (!await CarryOutAsync(account, account.Approving!, cancel).ConfigureAwait(false))
            {
                retryAt[account] = time.GetUtcNow() + PauseAfterFailure;
                continue;
            }

            retryAt.Remove(account);
            account.Approving = null;
            changed = true;
        }

        return changed;
    }

    private async Task<bool> CarryOutAsync(Account account, Approval approval, CancellationToken cancel)
    {
        var read = await grafana.UserAsync(account.Id, cancel).ConfigureAwait(false);
        if (read.Outcome == GrafanaOutcome.Gone) return true;
        if (!read.IsDone) return false;
        if (read.Value.IsDisabled)
        {
            var enabled = await grafana.EnableAsync(account.Id, cancel).ConfigureAwait(false);
            if (enabled.Outcome == GrafanaOutcome.Gone) return true;
            var isIn = enabled.Outcome switch
            {
                GrafanaOutcome.Done or GrafanaOutcome.AlreadySo => true,
                GrafanaOutcome.ExternalUser => await doorkeeper.UnlockInDatabaseAsync(account, cancel).ConfigureAwait(false),
                _ => false,
            };
            if (!isIn) return false;
        }

        foreach (var before in approval.Restore ?? [])
            await grafana.SetRoleAsync(before.OrgId, account.Id, before.Role, cancel).ConfigureAwait(false);

        if (approval.Role is not { } role) return true;
        if (approval.OrgId > 0)
            return (await grafana.SetRoleAsync(approval.OrgId, account.Id, role, cancel).ConfigureAwait(false)).Outcome != GrafanaOutcome.Unavailable;

        var memberships = await grafana.OrganisationsOfAsync(account.Id, cancel).ConfigureAwait(false);
        if (!memberships.IsDone) return false;
        foreach (var membership in memberships.Value.Where(m => m.Role == "None"))
            await grafana.SetRoleAsync(membership.OrgId, account.Id, role, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>For the mail: of those who never had a case the state does not hold who they are.</summary>
    private async Task NamePersonAsync(Account account, CancellationToken cancel)
    {
        var answer = await grafana.UserAsync(account.Id, cancel).ConfigureAwait(false);
        if (!answer.IsDone) return;
        var user = answer.Value;
        account.Case = new LockCase { OpenedAt = time.GetUtcNow(), Person = new Person(user.Login, user.Email, user.Name) };
    }

    private void Admit(Account account, Decision decision, LetterKind kind)
    {
        locksmith.Forget(account);
        account.Status = AccountStatus.Admitted;
        account.Decision = decision;
        account.EnabledUnseenSince = null;
        chronicle.Approved(account, seen: kind == LetterKind.Approved);
        notices.OweOutcome(account, kind);
    }
}
