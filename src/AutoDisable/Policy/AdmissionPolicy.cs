using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.AutoDisable.Policy;

/// <summary>
/// Every rule of the gate: who is let in, who is locked, what counts as an approval. Pure: facts in, decisions out.
/// </summary>
internal static class AdmissionPolicy
{
    /// <summary>Times that Grafana gives can be off by a zone (docs/grafana.md §5).</summary>
    public static readonly TimeSpan ClockSlack = TimeSpan.FromHours(14);

    /// <summary>How long the log may take to show who enabled an account before we say that it could not be seen.</summary>
    public static readonly TimeSpan EnableLineGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long a single account that was found enabled makes the next one suspicious.</summary>
    public static readonly TimeSpan FoundWindow = TimeSpan.FromHours(1);

    /// <summary>What is to be done about one account of Grafana's list.</summary>
    /// <param name="user">As Grafana lists it now.</param>
    /// <param name="known">As we remember it; null when we have never seen it.</param>
    /// <param name="facts">What else counts.</param>
    public static Admission Decide(GrafanaUser user, Account? known, AdmissionFacts facts) => known switch
    {
        _ when facts.SelfId == user.Id && user.Id > 0 => known is null ? Admission.AdmitSelf : Admission.Leave,
        null => DecideNew(user, facts),
        { Status: AccountStatus.Admitted } => Admission.Leave,
        { Status: not AccountStatus.Locking, Case.IsDrill: true } => Admission.Leave, // Locked once; about to be deleted.
        { Status: AccountStatus.Locking } => Admission.Leave, // Being worked on: the case itself knows its next step.
        // At the door, and locked after all or not external any more: then it can be locked as any other.
        { Status: AccountStatus.AtDoor } => user.IsDisabled || !user.IsExternal ? Admission.LockAgain : Admission.Leave,
        _ when user.IsDisabled => known.Found is null ? Admission.Leave : Admission.SettleFound,
        _ => DecideEnabled(user, known, facts),
    };

    /// <summary>
    /// How many accounts of a list should be locked and are enabled. Accounts from outside are not among them: their own sign-in enables
    /// them, and they are locked again in any case.
    /// </summary>
    public static int CountFound(IReadOnlyList<GrafanaUser> users, AccountBook book) => users.Count(user =>
        user is { IsDisabled: false, IsExternal: false } && book.Find(user) is
        { Status: AccountStatus.Locked or AccountStatus.Rejected or AccountStatus.DisabledBefore, Case: not { IsDrill: true } });

    private static Admission DecideNew(GrafanaUser user, AdmissionFacts facts)
    {
        // Root said beforehand that it makes this one for the daemons.
        if (facts.Early is { IsOfOurs: true }) return Admission.AdmitEarly;

        // A server admin could undo whatever we do, and is let be and reported loudly. Nothing that anybody can type makes them one. One
        // who is disabled can undo nothing, and was perhaps born locked and made an admin afterwards: they wait like everybody.
        if (user is { IsAdmin: true, IsDisabled: false }) return Admission.AdmitServerAdmin;
        if (facts.IsReturned) return Admission.AdmitReturned;

        // An external account is enabled by its own sign-on, so only the command of a copy of ours approves it.
        if (facts.Early is { } early && (!user.IsExternal || early.IsOfCopy)) return Admission.AdmitEarly;
        if (facts.Restored?.GuardedUntil is { } guarded && user is { IsDisabled: false, IsExternal: false } && IsOlderThan(guarded, user))
            return Admission.AdmitGuarded;

        return facts.UnknownDatabase && IsOfThatDatabase(user, facts) ? Admission.LeaveStranger : Admission.Lock;
    }

    /// <summary>
    /// An account that we hold locked is enabled, and no line of the log said so (those that do are taken before any look).
    /// Only a server admin can enable an internal account, so one alone is accepted; several, or one that was rejected, are held until an
    /// admin says what they are. An external one is enabled by its own sign-in, and another database by nobody at all, so those are locked
    /// again.
    /// </summary>
    private static Admission DecideEnabled(GrafanaUser user, Account known, AdmissionFacts facts)
    {
        if (user.IsExternal || facts.UnknownDatabase) return Admission.LockAgain;
        if (known.Found is not null) return Admission.Leave; // The question is asked.
        if (facts.IsClaimed) return Admission.AdmitClaimed;
        if (known.EnabledUnseenSince is not { } since) return Admission.AwaitEnableLine;
        if (!Deadline.IsDue(since + EnableLineGrace, facts.Now, EnableLineGrace)) return Admission.Leave;
        return known.Status == AccountStatus.Rejected || facts.FoundTogether > 1 ? Admission.HoldFound : Admission.AdmitUnseen;
    }

    /// <summary>
    /// Whether the account was there when another database first answered, and not made since: by its id, and by its age.
    /// </summary>
    private static bool IsOfThatDatabase(GrafanaUser user, AdmissionFacts facts) =>
        !(user.Id > facts.StrangeListTo) && IsOlderThan(facts.LastCompleteLook, user);

    /// <summary>
    /// Whether a complete list is that of the Grafana we know. It is not when half of the accounts we know are missing. Accounts that
    /// we have never seen say nothing about it: they are strangers, however old they claim to be.
    /// </summary>
    public static DatabaseIdentityCheck Assess(IReadOnlyList<GrafanaUser> users, AccountBook book)
    {
        var found = new HashSet<Account>();
        var unknown = 0;
        foreach (var user in users)
        {
            if (book.Find(user) is { } account) found.Add(account);
            else unknown++;
        }

        // Strangers who wait do not count: after a flood of sign-ups an admin deletes them by the hundred.
        var residents = book.All.Where(a => a.Status is AccountStatus.Admitted or AccountStatus.DisabledBefore).ToList();
        var missing = residents.Count(a => !found.Contains(a));

        // On a very small Grafana somebody may well delete half of the accounts; three at once from there, or all, is not housekeeping.
        var halfMissing = missing >= 3 && missing * 2 >= residents.Count;
        var allMissing = missing >= 2 && missing == residents.Count;
        return new DatabaseIdentityCheck(halfMissing || allMissing, missing, unknown);
    }

    /// <summary>Older in any zone: times that Grafana gives carry the server's own offset, and not always the right one.</summary>
    public static bool IsOlderThan(DateTimeOffset moment, GrafanaUser user) =>
        user.Created is { } created && created < moment - ClockSlack;
}

/// <summary>What <see cref="AdmissionPolicy"/> decides about one account.</summary>
internal enum Admission
{
    /// <summary>Nothing to do.</summary>
    Leave,

    /// <summary>It is our own account: remember it.</summary>
    AdmitSelf,

    /// <summary>New, and a server admin: remember it and tell the admins loudly, whatever else speaks for it.</summary>
    AdmitServerAdmin,

    /// <summary>
    /// Was admitted, had been missing from the list for a while, and is there again under its uid, which nobody can choose.
    /// </summary>
    AdmitReturned,

    /// <summary>New, and an admin was seen enabling it before the list showed it.</summary>
    AdmitEarly,

    /// <summary>New: lock it.</summary>
    Lock,

    /// <summary>Was locked, is enabled, and that proves nothing: lock it again.</summary>
    LockAgain,

    /// <summary>Was locked and is enabled: give the log a moment to show by whom.</summary>
    AwaitEnableLine,

    /// <summary>Was locked, is enabled, and nobody was seen doing it: accept it and say so loudly.</summary>
    AdmitUnseen,

    /// <summary>
    /// Was locked, is enabled, and a line says by whom that others might have written: the list is believed, and the line is quoted.
    /// </summary>
    AdmitClaimed,

    /// <summary>
    /// Was locked, is enabled, nobody was seen doing it, and it is not the only one, or was rejected: no admin does that, a restored
    /// database or another Grafana does. Nobody is admitted; the admins are asked.
    /// </summary>
    HoldFound,

    /// <summary>Was held as found enabled, and is disabled again: that settles it.</summary>
    SettleFound,

    /// <summary>Made between a backup and the restore, while the gate was at work, and enabled: so it was approved.</summary>
    AdmitGuarded,

    /// <summary>Unknown, in a list that is another database's, and older than our last look: leave it and report it.</summary>
    LeaveStranger,
}

/// <summary>What a complete list says about the Grafana behind it.</summary>
/// <param name="IsUnknownDatabase">It is not the Grafana we know: restored, imported, or another server.</param>
/// <param name="Missing">Accounts that we know and the list does not.</param>
/// <param name="Unknown">Accounts that the list has and we do not.</param>
internal sealed record DatabaseIdentityCheck(bool IsUnknownDatabase, int Missing, int Unknown);
