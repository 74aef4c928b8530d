using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;
using Athena.Common.Notifications;

namespace Athena.AutoDisable;

/// <summary>
/// Decides which letters are owed about locked accounts, and puts owed letters into the outbox. A letter is recorded in the state with
/// the change that causes it, so a crash anywhere loses none and doubles none.
/// </summary>
internal sealed class Notices(GateMemory memory, ILetterWriter writer, IOutbox outbox, GateOptions options, TimeProvider time)
{
    /// <summary>When the next digest is due; null when none is being collected.</summary>
    public DateTimeOffset? NextDigest { get; private set; }

    /// <summary>Records which mails about locked accounts are owed by now. The caller saves.</summary>
    /// <returns>True when something was recorded.</returns>
    public bool PlanLocked()
    {
        var locked = memory.Book.All.Where(a => a is { Status: AccountStatus.Locked, Case.LockedAt: not null }).ToList();
        var due = locked.Where(a => a.Case!.NoticeKey is null).ToList();
        NextDigest = null;
        if (due.Count == 0) return false;

        var now = time.GetUtcNow();
        var told = locked.Where(a => a.Case!.NoticeKey is not null).Select(a => a.Case!.LockedAt!.Value).ToList();
        var plan = NoticePolicy.Plan(told, due.ConvertAll(a => a.Case!.LockedAt!.Value), memory.State.FloodToldAt, now);
        NextDigest = plan.WaitUntil;

        if (plan.AnnounceFlood)
        {
            memory.State.FloodToldAt = now;
            memory.State.Letters.Add(new Letter($"flood/{now.ToUnixTimeMilliseconds()}", LetterKind.Flood, [], now,
                Note: new LetterNote(Count: told.Count(at => now - at < TimeSpan.FromHours(1)) + due.Count)));
        }

        switch (plan.Form)
        {
            case NoticeForm.Single:
                foreach (var account in due) OweNotice(new Letter(NoticeKey(account), LetterKind.Locked, [account.Ref], now, SaidInside(account)), [account]);
                break;
            case NoticeForm.Digest:
                OweNotice(new Letter($"digest/{now.ToUnixTimeMilliseconds()}", LetterKind.Digest, due.ConvertAll(a => a.Ref), now), due);
                break;
        }

        return plan.AnnounceFlood || plan.Form is NoticeForm.Single or NoticeForm.Digest;
    }

    /// <summary>Records that the admins are to be told that somebody is still inside, once a case. The caller saves.</summary>
    public void OweStillInside(Account account)
    {
        if (account.Case is not { ToldInside: false } open) return;
        open.ToldInside = true;
        Owe(new Letter(InsideKey(account), LetterKind.StillInside, [account.Ref], time.GetUtcNow()));
    }

    /// <summary>Records that the admins are to be told of somebody who comes back again and again. The caller saves.</summary>
    public void OweBackAgain(Account account)
    {
        var now = time.GetUtcNow();
        Owe(new Letter($"back/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", LetterKind.BackAgain, [account.Ref], now, SaidInside(account)));
    }

    /// <summary>Records what is owed when a case ends, and settles the mail that asked for a decision. The caller saves.</summary>
    public void OweOutcome(Account account, LetterKind kind, LetterNote? note = null)
    {
        var now = time.GetUtcNow();
        var person = account.Case?.Person;
        note = (note ?? new LetterNote()) with { Person = person, Decision = note?.Decision ?? account.Decision };
        Owe(new Letter($"outcome/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", kind, [account.Ref], now, AskedBy(account), note));

        var toApplicant = kind switch
        {
            LetterKind.Approved or LetterKind.ApprovedUnseen when options.ApplicantApproved => LetterKind.ToApplicantApproved,
            LetterKind.Rejected when options.ApplicantRejected => LetterKind.ToApplicantRejected,
            _ => (LetterKind?)null,
        };
        if (toApplicant is { } applicantKind && person is not null)
            Owe(new Letter($"applicant/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", applicantKind, [account.Ref], now,
                Note: new LetterNote(Person: person)));
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
        foreach (var letter in memory.State.Letters)
        {
            foreach (var settled in letter.Supersedes ?? []) outbox.Withdraw(settled);
            var accounts = letter.Accounts.Select(memory.Book.FindByRef).OfType<Account>().ToList();
            if (writer.Write(letter, accounts) is { } mail) outbox.Put(mail);
        }

        memory.State.Letters.Clear();
        ForgetPeopleOfClosedCases();
        memory.Save();
    }

    private void OweNotice(Letter letter, IReadOnlyList<Account> accounts)
    {
        Owe(letter);
        foreach (var account in accounts)
        {
            account.Case!.NoticeKey = letter.Key;
            if (options.ApplicantReceived)
                Owe(new Letter($"received/{CaseKey(account)}", LetterKind.ToApplicantReceived, [account.Ref], letter.At,
                    Note: new LetterNote(Person: account.Case.Person)));
        }
    }

    /// <summary>What somebody typed about himself is not kept once he is admitted and everybody was told.</summary>
    private void ForgetPeopleOfClosedCases()
    {
        foreach (var account in memory.Book.All)
            if (account is { Status: AccountStatus.Admitted, Case: not null, Approving: null }) account.Case = null;
    }

    /// <summary>The mails about this account alone that asked the admins for something. A digest speaks of others too and stays.</summary>
    private static List<string> AskedBy(Account account) => [NoticeKey(account), .. SaidInside(account)];

    private static string[] SaidInside(Account account) => account.Case?.ToldInside == true ? [InsideKey(account)] : [];

    private static string NoticeKey(Account account) => $"locked/{CaseKey(account)}";

    private static string InsideKey(Account account) => $"inside/{CaseKey(account)}";

    private static string CaseKey(Account account) => $"{account.Ref}/{account.Case?.OpenedAt.ToUnixTimeMilliseconds() ?? 0}";
}
