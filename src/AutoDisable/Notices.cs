using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Chat;
using Athena.Common.Grafana;
using Athena.Common.Notifications;

namespace Athena.AutoDisable;

/// <summary>
/// Decides which letters are owed, and puts owed letters into the outbox. A letter is recorded in the state with the change that causes
/// it, so a crash anywhere loses none and doubles none.
/// </summary>
internal sealed class Notices(
    GateMemory memory, ILetterWriter writer, IOutbox outbox, CriticalChat? chat, Chronicle chronicle, GateOptions options, TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>More outcomes than this at once come in one mail.</summary>
    private const int MostSingleOutcomes = 5;

    /// <summary>Records which mails about accounts that are locked, or cannot be, are owed by now. True when some are; the caller saves.</summary>
    public bool Plan() => PlanLocked() | PlanInside();

    /// <summary>Records that the admins are to be told that somebody is still inside, once a case. The caller saves.</summary>
    public void OweStillInside(Account account)
    {
        if (account.Case is { InsideSince: null, IsDrill: false } open) open.InsideSince = time.GetUtcNow();
    }

    /// <summary>Records that the admins are to be told of somebody who comes back again and again. The caller saves.</summary>
    public void OweBackAgain(Account account)
    {
        var now = time.GetUtcNow();
        Owe(new Letter($"back/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", LetterKind.BackAgain, [account.Ref], now, SaidInside(account)));
    }

    /// <summary>
    /// Records that the admins are to be told what somebody left behind of whom no mail will say that he is locked: he is at the door, or
    /// already decided about, perhaps even approved. The caller saves.
    /// </summary>
    public void OweLeftBehind(Account account)
    {
        var now = time.GetUtcNow();
        Owe(new Letter($"left/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", LetterKind.LeftBehind, [account.Ref], now,
            Note: new LetterNote(Person: account.Case!.Person, Decision: IsAdmitted(account) ? account.Decision : null, Exposure: account.Case.Exposure)));

        static bool IsAdmitted(Account account) => account.Status == AccountStatus.Admitted;
    }

    /// <summary>
    /// Records what is owed when a case ends, and settles the mail that asked for a decision. While it is still to be written down what
    /// he did inside, the mail waits for that, as the one about a lock does. The caller saves.
    /// </summary>
    public void OweOutcome(Account account, LetterKind kind)
    {
        var ended = memory.State.EndedCases.Find(ended => ended.IsOf(account));
        if (ended is { IsUnexposed: true })
        {
            ended.Outcome = kind;
            ended.Account.Decision = account.Decision;
            return;
        }

        if (ended is not null) memory.State.EndedCases.Remove(ended);
        var now = time.GetUtcNow();
        var person = account.Case?.Person;
        var note = new LetterNote(Person: person, Decision: account.Decision, Exposure: ended?.Account.Case!.Exposure);
        Owe(new Letter($"outcome/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", kind, [account.Ref], now, AskedBy(account), note));

        var toApplicant = kind switch
        {
            LetterKind.Approved or LetterKind.ApprovedUnseen when options.ApplicantApproved => LetterKind.ToApplicantApproved,
            LetterKind.Rejected when options.ApplicantRejected => LetterKind.ToApplicantRejected,
            _ => (LetterKind?)null,
        };
        if (toApplicant is { } applicantKind && person is not null)
            Owe(new Letter($"applicant/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", applicantKind, [account.Ref], now, Note: note));
    }

    /// <summary>Records that these were deleted in Grafana while they waited: a mail each, or one for many. The caller saves.</summary>
    public void OweDeleted(IReadOnlyList<Account> accounts)
    {
        if (accounts.Count <= MostSingleOutcomes)
        {
            foreach (var account in accounts) OweOutcome(account, LetterKind.Rejected);
            return;
        }

        var now = time.GetUtcNow();
        Owe(new Letter($"deleted/{now.ToUnixTimeMilliseconds()}", LetterKind.Deleted, [], now, [.. accounts.SelectMany(AskedBy)],
            new LetterNote(Text: string.Join(", ", accounts.Take(20).Select(a => a.Case?.Person.Email ?? a.Ref)), Count: accounts.Count)));
    }

    /// <summary>
    /// Puts the review into the outbox when a new quarter has begun, made of the list as it is now. Its key is the quarter, so a crash
    /// before the next save repeats nothing. True when it did; the caller saves.
    /// </summary>
    public bool PostReviewIfDue(IReadOnlyList<GrafanaUser> users)
    {
        var quarter = Review.QuarterOf(time.GetUtcNow());
        if (memory.State.ReviewedQuarter == quarter) return false;
        if (memory.State.ReviewedQuarter is not null) outbox.Put(writer.WriteReview(quarter, Review.Of(users, memory.Book, time.GetUtcNow())));
        memory.State.ReviewedQuarter = quarter;
        return true;
    }

    /// <summary>Records a letter. The caller saves.</summary>
    public void Owe(Letter letter) => memory.State.Letters.Add(letter);

    /// <summary>
    /// Puts every owed letter into the outbox. Call after a save: a letter must not leave before the state that owes it is on disk.
    /// </summary>
    public void PostOwed()
    {
        if (memory.State.Letters.Count == 0) return;
        foreach (var letter in memory.State.Letters) Post(letter);
        memory.State.Letters.Clear();
        ForgetPeopleOfClosedCases();
        memory.Save();
    }

    private void Post(Letter letter)
    {
        foreach (var settled in letter.Supersedes ?? []) outbox.Withdraw(settled);
        try
        {
            var accounts = letter.Accounts.Select(memory.Book.FindByRef).OfType<Account>().ToList();
            if (writer.Write(letter, accounts) is { } mail) outbox.Put(mail);
            chat?.Post(letter, accounts);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The state owes the letter: a fault in its wording would otherwise end the daemon at each start, and nobody would be locked.
            chronicle.LetterFailed(letter, e);
        }
    }

    private bool PlanLocked()
    {
        var due = memory.Book.All.Where(a => a is { Status: AccountStatus.Locked, Case: { LockedAt: not null, NoticeKey: null, IsDrill: false } }).ToList();
        if (due.Count == 0) return false;

        var now = time.GetUtcNow();
        var told = memory.State.LockNotices;
        told.RemoveAll(at => now - at >= Hour);

        // All count, so that a flood is announced at once; told is of those alone of whom it is known what they did inside.
        var ready = due.FindAll(a => a.Case!.ExposedAt is not null);
        var critical = ready.FindAll(a => a.Case!.Exposure is { IsCritical: true });
        ready.RemoveAll(critical.Contains);
        var plan = NoticePolicy.Plan(told, due.ConvertAll(a => a.Case!.LockedAt!.Value), memory.State.FloodToldAt, now);
        if (plan.AnnounceFlood)
        {
            memory.State.FloodToldAt = now;
            Owe(new Letter($"flood/{now.ToUnixTimeMilliseconds()}", LetterKind.Flood, [], now, Note: new LetterNote(Count: told.Count + due.Count)));
        }

        // What somebody left behind is said at once and by itself, however many came.
        var isSingle = plan.Form == NoticeForm.Single;
        foreach (var account in critical) OweNotice(account, now, tellApplicant: isSingle);
        told.AddRange(critical.Select(a => a.Case!.LockedAt!.Value));
        if (ready.Count > 0 && plan.Form is NoticeForm.Single or NoticeForm.Digest)
        {
            told.AddRange(ready.Select(a => a.Case!.LockedAt!.Value));
            if (isSingle) foreach (var account in ready) OweNotice(account, now, tellApplicant: true);
            else OweDigest(ready, now);
            return true;
        }

        return plan.AnnounceFlood || critical.Count > 0;
    }

    private void OweNotice(Account account, DateTimeOffset now, bool tellApplicant)
    {
        account.Case!.NoticeKey = NoticeKey(account);
        Owe(new Letter(account.Case.NoticeKey, LetterKind.Locked, [account.Ref], now, SaidInside(account)));

        // In a digest nobody is written to: a flood must not make us write to everybody whose address somebody types.
        if (options.ApplicantReceived && tellApplicant)
            Owe(new Letter($"received/{CaseKey(account)}", LetterKind.ToApplicantReceived, [account.Ref], now, Note: new LetterNote(Person: account.Case.Person)));
    }

    private void OweDigest(List<Account> due, DateTimeOffset now)
    {
        var key = $"digest/{now.ToUnixTimeMilliseconds()}";
        foreach (var account in due) account.Case!.NoticeKey = key;
        Owe(new Letter(key, LetterKind.Digest, due.ConvertAll(a => a.Ref), now, [.. due.SelectMany(SaidInside)]));
    }

    private bool PlanInside()
    {
        var due = memory.Book.All
            .Where(a => a is { Status: AccountStatus.Locking or AccountStatus.AtDoor, Case: { InsideSince: not null, InsideKey: null } }).ToList();
        if (due.Count == 0) return false;

        var now = time.GetUtcNow();
        var told = memory.State.InsideNotices;
        told.RemoveAll(at => now - at >= Hour);
        var plan = NoticePolicy.Plan(told, due.ConvertAll(a => a.Case!.InsideSince!.Value), now, now);
        if (plan.Form is not (NoticeForm.Single or NoticeForm.Digest)) return false;

        told.AddRange(due.Select(_ => now));
        if (plan.Form == NoticeForm.Single)
        {
            foreach (var account in due)
            {
                account.Case!.InsideKey = $"inside/{CaseKey(account)}";
                Owe(new Letter(account.Case.InsideKey, LetterKind.StillInside, [account.Ref], now));
            }

            return true;
        }

        var key = $"inside-digest/{now.ToUnixTimeMilliseconds()}";
        foreach (var account in due) account.Case!.InsideKey = key;
        Owe(new Letter(key, LetterKind.InsideDigest, due.ConvertAll(a => a.Ref), now));
        return true;
    }

    /// <summary>What somebody typed about himself is not kept once he is admitted and everybody was told.</summary>
    private void ForgetPeopleOfClosedCases()
    {
        foreach (var account in memory.Book.All)
            if (account is { Status: AccountStatus.Admitted, Case: not null, Approving: null }) account.Case = null;
    }

    /// <summary>The mails about this account alone that asked the admins for something. A digest speaks of others too and stays.</summary>
    private static List<string> AskedBy(Account account) => [NoticeKey(account), .. SaidInside(account)];

    private static string[] SaidInside(Account account) =>
        account.Case?.InsideKey is { } key && key.StartsWith("inside/", StringComparison.Ordinal) ? [key] : [];

    private static string NoticeKey(Account account) => $"locked/{CaseKey(account)}";

    private static string CaseKey(Account account) => $"{account.Ref}/{account.Case?.OpenedAt.ToUnixTimeMilliseconds() ?? 0}";
}
