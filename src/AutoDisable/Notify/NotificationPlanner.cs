using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify.Delivery;

namespace Athena.AutoDisable.Notify;

/// <summary>
/// Decides which letters are owed. A letter is recorded in the state with the change that causes it, so a crash anywhere loses none and
/// doubles none; <see cref="Notify.NotificationDispatcher"/> puts it into the outbox.
/// </summary>
internal sealed class NotificationPlanner(
    AutoDisableMemory memory, ILetterWriter writer, IOutbox outbox, RefusedTries refused, AutoDisableOptions options, TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>When more were deleted at once, none of them is written to: somebody cleans up after a flood of sign-ups.</summary>
    private const int MostDeletedOneByOne = 5;

    /// <summary>Those who are found enabled within this time come in one mail.</summary>
    private static readonly TimeSpan FindsCollected = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Records which mails about accounts that are locked, or cannot be, are owed by now. True when some are; the caller saves.
    /// </summary>
    /// <param name="isHeldBack">Of whom it is to be learnt first whether they came with an import.</param>
    public bool Plan(Func<Account, bool> isHeldBack) => PlanLocked(isHeldBack) | PlanInside() | PlanFound();

    /// <summary>Records that the admins are to be told that somebody is still inside, once a case. The caller saves.</summary>
    public void OweStillInside(Account account)
    {
        if (account.Case is { InsideSince: null, IsDrill: false } open) open.InsideSince = time.GetUtcNow();
    }

    /// <summary>Records that the admins are to be told of somebody who comes back again and again. The caller saves.</summary>
    public void OweBackAgain(Account account)
    {
        var now = time.GetUtcNow();
        Owe(new Letter(
            $"back/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", LetterKind.BackAgain, [account.Ref], now, SaidInside(account)));
    }

    /// <summary>
    /// Records that the admins are to be told what somebody left behind of whom no mail will say that they are locked: they are at the
    /// door, or already decided about, perhaps even approved. The caller saves.
    /// </summary>
    public void OweLeftBehind(Account account)
    {
        var now = time.GetUtcNow();
        Owe(new Letter($"left/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", LetterKind.LeftBehind, [account.Ref], now,
            Note: new LetterNote(
                Person: account.Case!.Person,
                Decision: IsAdmitted(account) ? account.Decision : null,
                Exposure: account.Case.Exposure,
                Until: IsAdmitted(account) ? account.Until : null)));

        static bool IsAdmitted(Account account) => account.Status == AccountStatus.Admitted;
    }

    /// <summary>
    /// Records what is owed when a case ends, and settles the mail that asked for a decision. While it is still to be written down what
    /// they did inside, the mail waits for that, as the one about a lock does. The caller saves.
    /// </summary>
    /// <param name="account">As it is now, or was when it was struck out.</param>
    /// <param name="kind">How the case ended.</param>
    /// <param name="tellApplicant">Whether the person may be told, too, where the settings say so.</param>
    /// <param name="isDeleted">The account is no more in Grafana.</param>
    public void OweOutcome(Account account, LetterKind kind, bool tellApplicant = true, bool isDeleted = false)
    {
        var ended = memory.State.EndedCases.Find(ended => ended.IsOf(account));
        if (ended is { IsUnexposed: true })
        {
            (ended.Outcome, ended.IsDeleted) = (kind, isDeleted);
            (ended.Account.Decision, ended.Account.Until) = (account.Decision, account.Until);
            return;
        }

        if (ended is not null) memory.State.EndedCases.Remove(ended);
        var now = time.GetUtcNow();
        var person = account.Case?.Person is { IsForgotten: false } known ? known : null;
        var note = new LetterNote(
            Person: person,
            Decision: account.Decision,
            Exposure: ended?.Account.Case!.Exposure,
            Until: account.Until,
            IsDeleted: isDeleted);
        Owe(new Letter($"outcome/{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}", kind, [account.Ref], now, AskedBy(account), note));

        var toApplicant = kind switch
        {
            LetterKind.Approved or LetterKind.ApprovedUnseen when options.ApplicantApproved => LetterKind.ToApplicantApproved,
            LetterKind.Rejected when options.ApplicantRejected && account.Case?.FoundAt is null => LetterKind.ToApplicantRejected,
            _ => (LetterKind?)null,
        };
        if (tellApplicant && toApplicant is { } applicantKind && person is not null)
            Owe(new Letter(
                $"{ApplicantKeys.Outcome}{CaseKey(account)}/{now.ToUnixTimeMilliseconds()}",
                applicantKind,
                [account.Ref],
                now,
                Note: note)
            {
                NotBefore = options.UndoFor > TimeSpan.Zero && !isDeleted ? now + options.UndoFor : null,
            });
    }

    /// <summary>The applicant is not told of what was taken back. The caller saves.</summary>
    public void ForgetOutcome(Account account) => memory.State.Letters.RemoveAll(letter =>
        letter.Kind is LetterKind.ToApplicantApproved or LetterKind.ToApplicantRejected && letter.Accounts.Contains(account.Ref));

    /// <summary>Records that these were deleted in Grafana while they waited. The caller saves.</summary>
    public void OweDeleted(IReadOnlyList<Account> accounts)
    {
        foreach (var account in accounts)
            OweOutcome(account, LetterKind.Rejected, tellApplicant: accounts.Count <= MostDeletedOneByOne, isDeleted: true);
    }

    /// <summary>
    /// Puts into the outbox what is mailed by the calendar, made of the list as it is now. True when there was something; the caller saves.
    /// </summary>
    /// <param name="users">The list.</param>
    /// <param name="server">Grafana's own settings, for a review; null where they are not known.</param>
    public bool PostSummariesIfDue(IReadOnlyList<GrafanaUser> users, ServerSettings? server) =>
        PostWeekIfDue(users) | PostReviewIfDue(users, server);

    /// <summary>Whether the next list makes a review.</summary>
    public bool IsReviewDue =>
        memory.State.ReviewedQuarter is { } reviewed && reviewed != Review.QuarterOf(time.GetUtcNow());

    /// <summary>
    /// Whom admins disabled in the week that is over; nothing in a week without such. Its key is the week, so a crash repeats nothing.
    /// </summary>
    private bool PostWeekIfDue(IReadOnlyList<GrafanaUser> users)
    {
        var week = Review.WeekOf(time.GetUtcNow());
        if (memory.State.SummedWeek == week) return false;
        if (memory.State is { SummedWeek: { } over, AdminDisables: { Count: > 0 } disables })
        {
            outbox.Put(writer.WriteAdminDisables(
                over,
                [
                    .. disables.Select(one =>
                        new AdminDisableRow(one, users.FirstOrDefault(user => memory.Book.Find(user)?.Ref == one.Account))),
                ],
                disables.Count + memory.State.MoreAdminDisables));
        }

        memory.State.SummedWeek = week;
        memory.State.AdminDisables = [];
        memory.State.MoreAdminDisables = 0;
        return true;
    }

    /// <summary>
    /// Puts the review into the outbox when a new quarter has begun, made of the list as it is now. Its key is the quarter, so a crash
    /// before the next save repeats nothing. True when it did; the caller saves.
    /// </summary>
    private bool PostReviewIfDue(IReadOnlyList<GrafanaUser> users, ServerSettings? server)
    {
        var quarter = Review.QuarterOf(time.GetUtcNow());
        if (memory.State.ReviewedQuarter == quarter) return false;
        if (IsReviewDue) outbox.Put(writer.WriteReview(quarter, Review.Of(users, memory.Book, time.GetUtcNow()), server));
        memory.State.ReviewedQuarter = quarter;
        return true;
    }

    /// <summary>Records a letter. The caller saves.</summary>
    public void Owe(Letter letter) => memory.State.Letters.Add(letter);

    /// <summary>
    /// Records the one mail about an import: it asks about those of it whom nobody knows, so that they have no other, and nobody of them is
    /// written to. The caller saves.
    /// </summary>
    /// <param name="key">The mail's.</param>
    /// <param name="known">References of some who had been let in and are locked by it.</param>
    /// <param name="knownCount">All of those.</param>
    /// <param name="strangers">Those whom nobody knows.</param>
    /// <param name="now">The present time.</param>
    public void OweImported(string key, IEnumerable<string> known, int knownCount, List<Account> strangers, DateTimeOffset now)
    {
        var named = strangers.Take(NoticePolicy.MostInOneMail).ToList();
        foreach (var account in named) account.Case!.NoticeKey = key;
        Owe(new Letter(
            key,
            LetterKind.Imported,
            [.. named.Select(account => account.Ref)],
            now,
            Note: new LetterNote(Text: string.Join('\n', known), Count: knownCount)));
        if (strangers.Count > named.Count) OweDigest(strangers[named.Count..], now);
    }

    private bool PlanLocked(Func<Account, bool> isHeldBack)
    {
        var due = memory.Book.Open.Where(a =>
            a is { Status: AccountStatus.Locked, Case: { LockedAt: not null, NoticeKey: null, IsDrill: false, IsImported: false } }
                && !isHeldBack(a)).ToList();
        if (due.Count == 0) return false;

        var now = time.GetUtcNow();
        var told = memory.State.LockNotices;
        told.RemoveAll(at => now - at >= Hour);

        // All count, so that a flood is announced at once; told is of those alone of whom it is known what they did inside.
        var ready = due.FindAll(a => a.Case!.ExposedAt is not null);
        var critical = ready.FindAll(a => a.Case!.Exposure is { IsCritical: true });
        ready.RemoveAll(critical.Contains);
        var plan = NoticePolicy.Plan(told, due.ConvertAll(a => a.Case!.LockedAt!.Value), memory.State.FloodToldAt, now);
        var isFlood = plan.AnnounceFlood && PlanFlood(due.FindAll(a => a.Case is not { WasFoundDisabled: true, ExposedAt: null }), now);

        // What somebody left behind does not wait for the others; however many these are, Posting has a plan for them.
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

        return isFlood || critical.Count > 0;
    }

    /// <summary>
    /// Announces a flood, once an hour. Of whoever was found disabled it is known some seconds later whether an import brought them; they
    /// are not inside.
    /// </summary>
    private bool PlanFlood(List<Account> due, DateTimeOffset now)
    {
        var told = memory.State.LockNotices;
        if (!NoticePolicy.Plan(told, due.ConvertAll(a => a.Case!.LockedAt!.Value), memory.State.FloodToldAt, now).AnnounceFlood)
            return false;
        memory.State.FloodToldAt = now;
        var areBorn = due.TrueForAll(a => a.Case!.BornLockedAt is not null);
        Owe(new Letter(
            $"flood/{now.ToUnixTimeMilliseconds()}",
            LetterKind.Flood,
            [],
            now,
            Note: new LetterNote(Text: areBorn ? DigestMail.BornLocked : null, Count: told.Count + due.Count)));
        return true;
    }

    private void OweNotice(Account account, DateTimeOffset now, bool tellApplicant)
    {
        account.Case!.NoticeKey = NoticeKey(account);
        var note = account.Case.Exposure is { IsCritical: true } exposure
            ? new LetterNote(Person: account.Case.Person, Exposure: exposure)
            : null;
        Owe(new Letter(account.Case.NoticeKey, LetterKind.Locked, [account.Ref], now, SaidInside(account), note));

        // In a digest nobody is written to: a flood must not make us write to everybody whose address somebody types.
        if (tellApplicant && TellsReceived(account.Case) && ReceivedPolicy.MayTell(memory.State.Received, account.Case.Person.Email, now))
            Owe(new Letter(
                $"{ApplicantKeys.Received}{CaseKey(account)}",
                LetterKind.ToApplicantReceived,
                [account.Ref],
                now,
                Note: new LetterNote(Person: account.Case.Person)));
    }

    /// <summary>
    /// Whoever is born locked sees nothing but a login page that refuses them, so they are written to without a setting; but only where it
    /// is certain that the address is theirs.
    /// </summary>
    private bool TellsReceived(LockCase open) =>
        options.ApplicantReceived || (options.ReceivedIfBornLocked && open.BornLockedAt is not null && memory.VerifiesEmail == true);

    private void OweDigest(List<Account> due, DateTimeOffset now)
    {
        foreach (var (key, some) in InMails("digest", due, now))
        {
            foreach (var account in some) account.Case!.NoticeKey = key;
            Owe(new Letter(key, LetterKind.Digest, [.. some.Select(a => a.Ref)], now, [.. some.SelectMany(SaidInside)], NoteOfRefused()));
        }
    }

    /// <summary>What whoever waits tried meanwhile, of all of them together.</summary>
    private LetterNote NoteOfRefused()
    {
        var tries = refused.Look();
        return new LetterNote(Since: tries.Since, Count: (int)Math.Min(tries.Count, int.MaxValue));
    }

    /// <summary>Records a reminder of those who wait. The caller saves.</summary>
    public void OweReminder(IReadOnlyList<Account> waiting, DateTimeOffset now) =>
        Owe(new Letter(
            $"reminder/{now.ToUnixTimeMilliseconds()}",
            LetterKind.Reminder,
            [.. waiting.Select(account => account.Ref)],
            now,
            Note: NoteOfRefused()));

    /// <summary>Records that others are to be told of these, on which nobody acted. The caller saves.</summary>
    public void OweEscalation(List<Account> accounts, DateTimeOffset now)
    {
        foreach (var (key, some) in InMails("escalated", accounts, now))
            Owe(new Letter(key, LetterKind.Escalated, [.. some.Select(account => account.Ref)], now));
    }

    /// <summary>
    /// So many accounts in one mail, however many strangers come: what they typed must not outgrow a mail server, nor our memory.
    /// </summary>
    private static IEnumerable<(string Key, Account[] Some)> InMails(string kind, List<Account> accounts, DateTimeOffset now) =>
        accounts.Chunk(NoticePolicy.MostInOneMail)
            .Select((some, number) =>
                ($"{kind}/{now.ToUnixTimeMilliseconds()}{(number == 0 ? "" : FormattableString.Invariant($"/{number}"))}", some));

    private bool PlanInside()
    {
        var due = memory.Book.Open
            .Where(a => a is { Status: AccountStatus.Locking or AccountStatus.AtDoor, Case: { InsideSince: not null, InsideKey: null } })
                .ToList();
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

        foreach (var (key, some) in InMails("inside-digest", due, now))
        {
            foreach (var account in some) account.Case!.InsideKey = key;
            Owe(new Letter(key, LetterKind.InsideDigest, [.. some.Select(a => a.Ref)], now));
        }

        return true;
    }

    /// <summary>One mail names everybody who is found enabled; whoever is found later is told of with those who are still held.</summary>
    private bool PlanFound()
    {
        if (!memory.Book.Open.Any(account => account.Found is { ToldKey: null })) return false;
        var now = time.GetUtcNow();
        var held = memory.Book.Open.Where(account => account.Found is not null).ToList();
        if (held.Exists(account => account.Found!.ToldKey is not null && now - account.Found.At < FindsCollected)) return false;

        var key = $"found/{now.ToUnixTimeMilliseconds()}";
        foreach (var account in held) account.Found = account.Found! with { ToldKey = key };
        DateTimeOffset? relockedAt = options.AsksAboutFound ? null : held.Min(account => account.Found!.At) + FoundEnabled.AnswerAwaited;
        Owe(new Letter(
            key,
            LetterKind.FoundEnabled,
            held.ConvertAll(account => account.Ref),
            now,
            Note: new LetterNote(Since: relockedAt, Count: held.Count)));
        return true;
    }

    /// <summary>The mails about this account alone that asked the admins for something. A digest speaks of others too and stays.</summary>
    private static List<string> AskedBy(Account account) =>
        [
            account.Case?.NoticeKey is { } key && key.StartsWith("locked/", StringComparison.Ordinal) ? key : NoticeKey(account),
            .. SaidInside(account),
        ];

    private static string[] SaidInside(Account account) =>
        account.Case?.InsideKey is { } key && key.StartsWith("inside/", StringComparison.Ordinal) ? [key] : [];

    private static string NoticeKey(Account account) => $"locked/{CaseKey(account)}";

    private static string CaseKey(Account account) => $"{account.Ref}/{account.Case?.OpenedAt.ToUnixTimeMilliseconds() ?? 0}";
}
