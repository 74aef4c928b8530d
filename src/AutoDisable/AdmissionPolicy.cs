using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;
using Athena.Common.Time;

namespace Athena.AutoDisable;

/// <summary>
/// Every rule of the gate: who is let in, who is locked, what counts as an approval. Pure: facts in, decisions out.
/// </summary>
internal static class AdmissionPolicy
{
    /// <summary>Times that Grafana gives can be off by a zone (docs/grafana.md §5).</summary>
    public static readonly TimeSpan ClockSlack = TimeSpan.FromHours(14);

    /// <summary>How long the log may take to show who enabled an account before we say that it could not be seen.</summary>
    public static readonly TimeSpan EnableLineGrace = TimeSpan.FromSeconds(5);

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
        _ when user.IsDisabled => Admission.Leave,
        _ => DecideEnabled(user, known, facts),
    };

    private static Admission DecideNew(GrafanaUser user, AdmissionFacts facts)
    {
        // A server admin could undo whatever we do; he is let be, and reported loudly. Nothing that anybody can type makes him one.
        if (user.IsAdmin) return Admission.AdmitServerAdmin;

        // An external account is enabled by its own sign-on, so that it is enabled proves nothing.
        if (facts.Restored?.GuardedUntil is { } guarded && user is { IsDisabled: false, IsExternal: false } && user.Created < guarded) return Admission.AdmitGuarded;

        return facts.UnknownDatabase && IsOlderThan(facts.LastCompleteLook, user) ? Admission.LeaveStranger : Admission.Lock;
    }

    /// <summary>
    /// An account that we hold locked is enabled, and no line of the log said so (those that do are taken before any look).
    /// Only a server admin can enable an internal account, so it is accepted; an external one is enabled by its own sign-in, and a
    /// restored database by nobody at all, so those are locked again.
    /// </summary>
    private static Admission DecideEnabled(GrafanaUser user, Account known, AdmissionFacts facts)
    {
        if (user.IsExternal || facts.UnknownDatabase) return Admission.LockAgain;
        if (known.EnabledUnseenSince is not { } since) return Admission.AwaitEnableLine;
        return Deadline.IsDue(since + EnableLineGrace, facts.Now, EnableLineGrace) ? Admission.AdmitUnseen : Admission.Leave;
    }

    /// <summary>
    /// Whether a complete list is that of the Grafana we know. It is not when half of the accounts we know are missing, or when it
    /// holds several that we have never seen although they were made before our last look.
    /// </summary>
    public static ListAssessment Assess(IReadOnlyList<GrafanaUser> users, AccountBook book, DateTimeOffset lastCompleteLook)
    {
        var found = new HashSet<Account>();
        var olderUnknown = 0;
        foreach (var user in users)
        {
            if (book.Find(user) is { } account) found.Add(account);
            else if (!user.IsAdmin && IsOlderThan(lastCompleteLook, user)) olderUnknown++;
        }

        // Strangers who wait do not count: after a flood of sign-ups an admin deletes them by the hundred.
        var residents = book.All.Where(a => a.Status is AccountStatus.Admitted or AccountStatus.DisabledBefore).ToList();
        var missing = residents.Count(a => !found.Contains(a));

        // On a very small Grafana somebody may well delete half of the accounts; three at once from there is not housekeeping.
        var halfMissing = missing >= 3 && missing * 2 >= residents.Count;
        return new ListAssessment(halfMissing || olderUnknown >= 2, missing, olderUnknown);
    }

    private static bool IsOlderThan(DateTimeOffset lastCompleteLook, GrafanaUser user) =>
        user.Created is { } created && created < lastCompleteLook - ClockSlack;
}
