using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Enforcement;

/// <summary>How accounts come to be admitted: enabled by an admin in Grafana, approved by our own command, found enabled.</summary>
internal sealed class Approvals(
    AutoDisableMemory memory, AccountLocker accountLocker, ArrivalEvidence evidence, NotificationPlanner notificationPlanner,
    EventRecorder eventRecorder, AutoDisableOptions options, TimeProvider time)
{
    private static readonly TimeSpan EarlyApprovalKept = TimeSpan.FromHours(24);

    /// <summary>How long an account of our own that root is about to make is expected.</summary>
    private static readonly TimeSpan ExpectedFor = TimeSpan.FromMinutes(10);

    /// <summary>How long a line that proves nothing may be waiting for the list to show the same.</summary>
    private static readonly TimeSpan ClaimKept = TimeSpan.FromMinutes(10);
    private const int MostClaims = 1000;

    private readonly Dictionary<string, (EnabledByAdmin Line, DateTimeOffset SeenAt)> claims = new(StringComparer.Ordinal);

    /// <summary>Another server admin was seen enabling an account: that is the approval. The caller commits.</summary>
    public void OnEnabled(EnabledByAdmin line)
    {
        if (line.IsClaim)
        {
            if (claims.Count >= MostClaims) claims.Clear();
            claims[line.Subject] = (line, time.GetUtcNow());
            return;
        }

        var account = memory.Book.FindByIdOrUid(line.Subject);
        if (account is { Status: AccountStatus.Admitted }) return;

        var decision = new Decision(line.At ?? time.GetUtcNow(), line.By, "");
        if (account is null)
        {
            memory.State.EarlyApprovals.RemoveAll(early => early.Subject == line.Subject);
            memory.State.EarlyApprovals.Add(new EarlyApproval(line.Subject, decision, line.Copy is not null));
            return;
        }

        // Only our own command approves those, ours or that of another copy; and a no that was said here is not undone by one that did not
        // hear it.
        if (account.Case is { IsExternal: true } && line.Copy is null) return;
        if (account.Status == AccountStatus.Rejected && line.Copy is not null) return;
        if (account.Case is { IsDrill: true }) return; // About to be deleted: nobody is let in by it.

        if (IsNumber(line.Subject) && account.Case is { } open
            && IsOfAnother(decision.At, open.Arrival, open.IsOldId && decision.At < open.OpenedAt))
            return;

        // A line that was read late, about an enabling that was taken back since.
        var rejectedAt = account.Case?.Rejection?.At ?? (account.Status == AccountStatus.Rejected ? account.Decision?.At : null);
        if (rejectedAt >= decision.At) return;

        // When our disable came after the admin's decision, it undid that decision: then it is for us to enable the account.
        var undone = account.Status == AccountStatus.Locking || account.Case?.LockedAt > line.At;
        Admit(account, decision, new Approval(Enable: undone, LetterKind.Approved));
    }

    /// <summary>
    /// Root is about to make an account for the daemons: it is one of ours from its birth on. The login was drawn at random, so nobody
    /// else can take it meanwhile. The caller saves.
    /// </summary>
    public void Expect(string login, Decision decision)
    {
        memory.State.EarlyApprovals.RemoveAll(early => early.IsOfOurs);
        memory.State.EarlyApprovals.Add(new EarlyApproval(EarlyApproval.ByLogin + login, decision));
    }

    /// <summary>
    /// Of an account that we see for the first time: whether it was admitted before, and whether an admin was seen enabling it.
    /// </summary>
    public AdmissionFacts WithWhatSpeaksFor(GrafanaUser user, AdmissionFacts facts)
    {
        if (memory.State.EarlyApprovals.Count + memory.State.Departed.Count == 0) return facts;

        // After a restore the log is read from the backup on, and its approvals are older than the reading.
        var since = memory.UnlookedRestore is { } restored ? restored.BackupAt : time.GetUtcNow() - EarlyApprovalKept;
        memory.State.EarlyApprovals.RemoveAll(early => early.Decision.At < since);
        if (DrillPolicy.IsItsAccount(memory.State.Drill, user)) return facts; // About to be deleted: whoever enabled it let nobody in.
        var id = user.Id.ToString(CultureInfo.InvariantCulture);
        return facts with
        {
            IsReturned = memory.State.Departed.Exists(departed => departed.Uid == user.Uid),
            Early = Expected(user)
                ?? memory.State.EarlyApprovals.Find(
                    early => (early.Subject == user.Uid || early.Subject == id) && !IsOfAnother(early, user)),
        };
    }

    /// <summary>The word about an account of our own that is expected just now; null when it is none.</summary>
    private EarlyApproval? Expected(GrafanaUser user) => user.IsExternal ? null : memory.State.EarlyApprovals.Find(early =>
        early.Subject == EarlyApproval.ByLogin + user.Login && time.GetUtcNow() - early.Decision.At is var age && age >= TimeSpan.Zero
            && age < ExpectedFor);

    /// <summary>Admits an account that was admitted and had only been missing for a while. The caller commits.</summary>
    public void AdmitReturned(GrafanaUser user)
    {
        var account = Remember(user);
        if (memory.State.Departed.FindLast(departed => departed.Uid == user.Uid) is { } was)
        {
            account.Until = was.Until;
            // Nothing that came back with it did that.
            if (was.IsDisabled) (account.DisabledSince, account.IsDisabledTold) = (time.GetUtcNow(), true);
        }

        memory.State.Departed.RemoveAll(departed => departed.Uid == user.Uid);
        eventRecorder.CameBack(account);
    }

    /// <summary>Admits an account that an admin was seen enabling before the list showed it. The caller commits.</summary>
    public void AdmitEarly(GrafanaUser user, EarlyApproval early)
    {
        memory.State.EarlyApprovals.Remove(early);
        var account = Remember(user);
        if (early.IsOfOurs)
        {
            eventRecorder.AdmittedOurs(account, early.Decision);
            return;
        }

        account.Case = LockCase.For(user, time.GetUtcNow());
        Admit(account, early.Decision, new Approval(Enable: false, LetterKind.Approved));
    }

    /// <summary>
    /// Whether a line that proves nothing says that this account was enabled. Nobody is let in by it; it names whoever enabled an account
    /// that the list shows enabled.
    /// </summary>
    public bool IsClaimed(Account account) => ClaimOf(account) is not null;

    /// <summary>The list shows it enabled, and a line that others might have written says by whom. The caller commits.</summary>
    public void AdmitClaimed(Account account, GrafanaUser user)
    {
        var line = ClaimOf(account)!;
        claims.Remove(line.Subject);
        LockCase.Name(account, user, time.GetUtcNow());
        Admit(account, new Decision(time.GetUtcNow(), line.By, ""), new Approval(Enable: false, LetterKind.Approved));
    }

    private EnabledByAdmin? ClaimOf(Account account)
    {
        foreach (var subject in (string?[])[account.Uid, account.Id.ToString(CultureInfo.InvariantCulture)])
        {
            if (subject is not null && claims.TryGetValue(subject, out var claim) && time.GetUtcNow() - claim.SeenAt < ClaimKept)
                return claim.Line;
        }

        return null;
    }

    /// <summary>An admin was seen deleting an account: that is a rejection. The next look strikes it from the book.</summary>
    public void OnDeleted(DeletedByAdmin line)
    {
        memory.State.EarlyApprovals.RemoveAll(early => early.Subject == line.Subject && early.Decision.At <= line.At);
        if (memory.Book.FindByIdOrUid(line.Subject) is not { Status: not AccountStatus.Admitted } account) return;
        account.Decision = new Decision(line.At ?? time.GetUtcNow(), line.By, "deleted in Grafana");
    }

    /// <summary>Approves by our own command. The caller saves, which is the intent; <see cref="ApprovalWork"/> does the rest.</summary>
    /// <param name="user">As Grafana lists it now.</param>
    /// <param name="decision">By whom and why.</param>
    /// <param name="role">The role to give; null for the one of the settings, if there is one.</param>
    /// <param name="orgId">The organisation it is for; 0 for each in which they have none.</param>
    /// <param name="until">When the access ends by itself; null when it does not.</param>
    public Account Approve(GrafanaUser user, Decision decision, string? role, long orgId, DateTimeOffset? until)
    {
        var account = memory.Book.Find(user) ?? Remember(user);
        LockCase.Name(account, user, time.GetUtcNow());
        account.Until = until;
        account.UntilWarned = 0;
        Admit(account, decision, new Approval(Enable: true, LetterKind.Approved, role, orgId));
        return account;
    }

    /// <summary>
    /// Lets those in again who had been let in and were locked by an import. By whose word they are in, and until when, stays. The caller
    /// saves, which is the intent; <see cref="ApprovalWork"/> does the rest.
    /// </summary>
    public void LetBack(IReadOnlyList<Account> accounts, Decision decision)
    {
        foreach (var account in accounts) account.Approving = new Approval(Enable: true, LetterKind.Approved) { IsReturn = true };
        eventRecorder.LetBack(accounts, decision);
    }

    /// <summary>
    /// Takes back the last decision about an account: it is locked and waits, and the applicant is not told of what was decided. The caller
    /// saves, which is the intent.
    /// </summary>
    public void Undo(Account account, GrafanaUser user, string by)
    {
        var undone = new UndoneDecision(account.Decision!, account.Status == AccountStatus.Admitted, by, time.GetUtcNow());
        notificationPlanner.ForgetOutcome(account);
        eventRecorder.Undone(account, undone);
        account.Decision = null;
        accountLocker.Open(user, account, account.Case?.Arrival ?? Arrival.Unknown).Case!.Undone = undone;
    }

    /// <summary>An account that we held locked is enabled and no line said by whom. The caller commits.</summary>
    public void AdmitUnseen(Account account, GrafanaUser user)
    {
        LockCase.Name(account, user, time.GetUtcNow());
        memory.State.FoundAccepted.RemoveAll(at => time.GetUtcNow() - at >= AdmissionPolicy.FoundWindow);
        memory.State.FoundAccepted.Add(time.GetUtcNow());
        var decision = new Decision(time.GetUtcNow(), "a server admin (could not see whom)", "");
        Admit(account, decision, new Approval(Enable: false, LetterKind.ApprovedUnseen));
    }

    /// <summary>A server admin whom we have never seen: remembered, and reported loudly. The caller commits.</summary>
    /// <param name="user">The server admin.</param>
    /// <param name="facts">What else speaks for it, which is settled by this.</param>
    public void ReportServerAdmin(GrafanaUser user, AdmissionFacts facts)
    {
        if (facts.Early is { } early) memory.State.EarlyApprovals.Remove(early);
        if (facts.IsReturned) memory.State.Departed.RemoveAll(departed => departed.Uid == user.Uid);
        var person = new Person(user.Login, user.Email, user.Name);
        var account = Remember(user);
        eventRecorder.NewServerAdmin(account, person);
        notificationPlanner.Owe(new Letter($"server-admin/{account.Ref}", LetterKind.NewServerAdmin, [account.Ref], time.GetUtcNow(),
            Note: new LetterNote(Person: person)));
    }

    /// <summary>
    /// Made while the gate was at work and enabled, as whoever restored the memory says; told of by <see cref="ReportRestored"/>. The
    /// caller commits.
    /// </summary>
    public void AdmitGuarded(GrafanaUser user, RestoredAutoDisable restored)
    {
        var account = Remember(user);
        account.Decision = new Decision(
            restored.At, restored.By, "enabled, and made while the daemon was at work, before its state was restored");
        eventRecorder.AdmittedGuarded(account, restored);
    }

    /// <summary>The first complete look after a restore is done: the admins are told what it came to. The caller commits.</summary>
    /// <param name="restored">The restore.</param>
    /// <param name="users">The complete list.</param>
    public void ReportRestored(RestoredAutoDisable restored, IReadOnlyList<GrafanaUser> users)
    {
        var locked = memory.Book.All.Count(a =>
            a is
            {
                Status: AccountStatus.Locking or AccountStatus.AtDoor or AccountStatus.Locked,
                Case: { RestoredFrom: not null, IsDrill: false }
            });
        var guarded = users.Where(user =>
            restored.GuardedUntil is not null && memory.Book.Find(user)?.Decision is { } word && word.At == restored.At
                && word.By == restored.By)
            .Select(user => user.Email).ToList();
        eventRecorder.RestoredLooked(restored, locked, guarded.Count);
        notificationPlanner.Owe(new Letter($"restored/{restored.At.ToUnixTimeMilliseconds()}", LetterKind.Restored, [], time.GetUtcNow(),
            Note: new LetterNote(
                Text: string.Join(", ", guarded),
                Since: restored.BackupAt,
                Count: locked,
                Decision: new Decision(restored.GuardedUntil ?? restored.At, restored.By, guarded.Count > 0 ? "guarded" : ""))));
    }

    /// <summary>Puts an account into the book as admitted, without a word.</summary>
    public Account Remember(GrafanaUser user)
    {
        var account = new Account { Uid = user.Uid, Id = user.Id, Status = AccountStatus.Admitted };
        memory.Book.Add(account);
        evidence.Met(user);
        return account;
    }

    /// <summary>
    /// Numbers come again where a database was set back: what was decided of whoever had it before holds for nobody else. A uid never does.
    /// Both times are the log's.
    /// </summary>
    private bool IsOfAnother(EarlyApproval early, GrafanaUser user) =>
        IsNumber(early.Subject) && IsOfAnother(early.Decision.At, evidence.For(user), user.Id <= memory.State.HighestId);

    /// <param name="isDoubtful">Where no line shows when the account was made: that somebody else may have had its number at that
    /// time.</param>
    private static bool IsOfAnother(DateTimeOffset decided, Arrival arrival, bool isDoubtful) =>
        arrival is { IsProbable: false, At: { } made } ? made > decided : isDoubtful;

    private static bool IsNumber(string subject) => long.TryParse(subject, CultureInfo.InvariantCulture, out _);

    /// <summary>The one place where somebody is admitted by a decision.</summary>
    private void Admit(Account account, Decision decision, Approval approval)
    {
        accountLocker.Forget(account);
        var wasInside = account.Status is AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor;
        account.Status = AccountStatus.Admitted;
        if (wasInside) memory.EndCase(account);
        account.Decision = decision;
        account.EnabledUnseenSince = null;
        account.Found = null;
        eventRecorder.Approved(account, seen: approval.Letter == LetterKind.Approved);

        var work = approval with
        {
            Role = approval.Role ?? options.ApprovedRole,
            Restore = account.Case?.RolesBefore is { Count: > 0 } taken ? taken : null,
        };
        if (work.IsNothing && account.Case is { Person.IsForgotten: false }) notificationPlanner.OweOutcome(account, work.Letter);
        else account.Approving = work; // Of those without a case, or of long ago, it is to be learnt who they are, too.
    }
}
