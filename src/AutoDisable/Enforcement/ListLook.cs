using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Exposures;
using Athena.Common.Grafana;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// The look at the complete list: asked for beside all other work, because it takes a quarter of a second on a large server, and used in
/// its turn. What changed meanwhile is not judged by it.
/// </summary>
internal sealed class ListLook(
    IGrafana grafana,
    GateMemory memory,
    OurAccount self,
    Arrivals arrivals,
    NewCases cases,
    Approvals approvals,
    Departures departures,
    Disablements disablements,
    Troubles troubles,
    Chronicle chronicle,
    TimeProvider time)
{
    private long asked;
    private long used;

    /// <summary>When the last complete look ended well; null before the first of this process.</summary>
    public DateTimeOffset? LastLook { get; private set; }

    /// <summary>Asks for the list. Changes nothing that the gate decides by.</summary>
    public async Task<ListReading> ReadAsync(CancellationToken cancel)
    {
        arrivals.IsLookWanted = false;
        var number = ++asked;
        var began = time.GetUtcNow();
        var mark = AccountBook.Revision;
        if (await self.LearnAsync(cancel) is { } unknown) return new ListReading(unknown.Outcome, unknown.Detail, null, began, mark, number);
        var answer = await grafana.AllUsersAsync(cancel);
        return new ListReading(answer.Outcome, answer.Detail, answer.IsDone ? answer.Value : null, began, mark, number);
    }

    /// <summary>Acts on what the list says. The users it was judged by, or null when it was of no use. The caller commits.</summary>
    public async Task<IReadOnlyList<GrafanaUser>?> UseAsync(ListReading reading, CancellationToken cancel)
    {
        if (reading.Users is null)
        {
            NoteFailure(reading.Outcome, reading.Detail);
            return null;
        }

        if (reading.Number < used) return null; // A later one has been used by now.
        used = reading.Number;
        troubles.End(TroubleKind.SignedOut);
        troubles.End(TroubleKind.GrafanaDown);
        if (!memory.Book.All.Any(a => a is { Status: AccountStatus.Locking, Case.Problem: not null })) troubles.End(TroubleKind.NotPermitted);

        var users = await LearnAgesAsync(reading.Users, cancel);
        var isUnknown = NoteAssessment(AdmissionPolicy.Assess(users, memory.Book, memory.LastCompleteLook));
        if (isUnknown || !self.IsIn(users))
        {
            self.Forget(); // Our id may be somebody else's there.
            if (await self.LearnAsync(cancel) is { } unknown)
            {
                NoteFailure(unknown.Outcome, unknown.Detail);
                return null;
            }
        }

        var restored = memory.UnlookedRestore;
        var facts = new AdmissionFacts(self.Id, memory.LastCompleteLook, isUnknown, reading.Began, restored);
        var strangers = new List<(GrafanaUser, Account?)>();
        foreach (var user in users)
        {
            if (memory.Book.HasChangedSince(reading.Mark, user)) continue; // Decided since: the next list tells how it came out.
            var known = memory.Book.Find(user);
            if (Judge(user, known, facts)) strangers.Add((user, known));
        }

        if (!isUnknown) memory.State.LastCompleteLook = reading.Began;
        LastLook = time.GetUtcNow();
        await cases.LockAsync(strangers, cancel);
        if (!isUnknown) await departures.NoteAsync(users, reading.Mark, cancel);
        if (!isUnknown) disablements.Look(users.Where(user => !memory.Book.HasChangedSince(reading.Mark, user)), isFresh: restored is not null);
        if (!isUnknown && restored is not null)
        {
            memory.State.Restored = restored with { IsLooked = true };
            approvals.ReportRestored(restored, users);
        }

        return users;
    }

    /// <summary>
    /// When several are unknown and the list does not say how old they are (docs/grafana.md §5), their own records are asked: whether this
    /// is the Grafana that we know hangs on it. One newcomer is locked without that.
    /// </summary>
    private async Task<IReadOnlyList<GrafanaUser>> LearnAgesAsync(IReadOnlyList<GrafanaUser> users, CancellationToken cancel)
    {
        var ageless = users.Where(user => user is { Created: null, IsAdmin: false } && memory.Book.Find(user) is null).ToList();
        if (ageless.Count < 2) return users;
        var records = await Task.WhenAll(ageless.Select(user => grafana.UserAsync(user.Id, cancel)));
        var created = ageless.Zip(records).Where(pair => pair.Second.Value?.Created is not null)
            .ToDictionary(pair => pair.First.Id, pair => pair.Second.Value!.Created);
        return [.. users.Select(user => user.Created is null && created.TryGetValue(user.Id, out var at) ? user with { Created = at } : user)];
    }

    /// <summary>Decides about one user of the list. True when he is to be locked.</summary>
    private bool Judge(GrafanaUser user, Account? known, AdmissionFacts facts)
    {
        if (known is null && approvals.TryAdmitEarly(user)) return false;
        if (known?.Case is { ExposedAt: null } open) open.HasActed = ExposureFacts.Acted(user) ?? open.HasActed;
        switch (AdmissionPolicy.Decide(user, known, facts))
        {
            case Admission.Lock or Admission.LockAgain:
                return true;
            case Admission.AdmitSelf:
                chronicle.AdmittedSelf(approvals.Remember(user));
                break;
            case Admission.AdmitServerAdmin:
                approvals.ReportServerAdmin(user);
                break;
            case Admission.AdmitGuarded:
                approvals.AdmitGuarded(user, facts.Restored!);
                break;
            case Admission.AwaitEnableLine:
                known!.EnabledUnseenSince = facts.Now;
                break;
            case Admission.LeaveStranger:
                memory.RememberNobody(user.Id, isServiceAccount: false); // Or each of his requests would wake us.
                break;
            case Admission.AdmitUnseen:
                approvals.AdmitUnseen(known!, user);
                break;
        }

        if (known is not null && user.IsDisabled) known.EnabledUnseenSince = null;
        return false;
    }

    private bool NoteAssessment(ListAssessment assessment)
    {
        if (assessment.IsUnknownDatabase)
        {
            troubles.Begin(TroubleKind.UnknownDatabase,
                $"{assessment.Missing} accounts that we know are missing, and {assessment.OlderUnknown} that we have never seen were made before our last look. "
                + "Was the database restored or imported, or is GRAFANA_URL another server? Only accounts made since are locked. "
                + "To accept the accounts as they are: grafana-auto-disable accept-database");
        }
        else
        {
            troubles.End(TroubleKind.UnknownDatabase);
        }

        return assessment.IsUnknownDatabase;
    }

    private void NoteFailure(GrafanaOutcome outcome, string detail)
    {
        self.Forget(); // Grafana may come back with an older database, and with our account made again in it.
        troubles.BeginFor(outcome, detail);
    }
}
