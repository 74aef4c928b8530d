using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Drills;
using Athena.AutoDisable.Exposures;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;
using Athena.Common.Logs;

namespace Athena.AutoDisable;

/// <summary>
/// The gate: reads the user list and what the log tells, decides by <see cref="AdmissionPolicy"/>, acts, remembers. It is driven from
/// outside, one call at a time, and has no clock, thread or loop of its own, so that whole histories can be played in a test.
/// </summary>
internal sealed class Gate(
    IGrafana grafana,
    GateMemory memory,
    OneAtATime lane,
    Locksmith locksmith,
    Approvals approvals,
    ApprovalWork approvalWork,
    Departures departures,
    Deadlines deadlines,
    Doorkeeper doorkeeper,
    ExposureWork exposures,
    InvitationWork invitations,
    DrillWork drills,
    Notices notices,
    Troubles troubles,
    Chronicle chronicle,
    ArrivalEvidence evidence,
    LogSight sight,
    TimeProvider time)
{
    /// <summary>
    /// From this many wake-ups in one batch on, the whole list is asked for. A look-up takes 12 ms and eight go out together; the list takes
    /// 80 to 210 ms with 3,000 users (docs/grafana.md §5), in which nobody else is looked up.
    /// </summary>
    private const int LookUpsAtOnce = 9;

    /// <summary>How long what can wait is put off while there is news; a storm of sign-ups shall not put it off for good.</summary>
    private static readonly TimeSpan MostPutOff = TimeSpan.FromSeconds(1);

    private GrafanaUser? self;
    private DateTimeOffset lastPatientWork;

    /// <summary>The id under which Grafana logs our requests; 0 as long as we have never been told who we are.</summary>
    public long OurLogId => memory.State.OurLogId;

    /// <summary>When the last complete look ended well; null before the first of this process.</summary>
    public DateTimeOffset? LastLook { get; private set; }

    /// <summary>True while somebody is still to be locked or to be proved locked.</summary>
    public bool IsLocking => memory.Book.All.Any(a => a.Status == AccountStatus.Locking);

    /// <summary>True while it is still to be written down of somebody what he did while he was inside.</summary>
    public bool IsExposing => exposures.IsAnyDue;

    /// <summary>Set when something came up that only the whole list can answer.</summary>
    public bool IsLookWanted { get; private set; }

    /// <summary>
    /// Takes what the log brought: approvals first, because they are older than anything that we are about to do, then the wake-ups.
    /// </summary>
    public Task HandleAsync(LogBatch batch, CancellationToken cancel) => lane.RunAsync(() => HandleInTurnAsync(batch, cancel));

    /// <summary>Looks at the complete user list and acts on it. When Grafana cannot be asked, says so and changes nothing.</summary>
    public Task LookAsync(CancellationToken cancel) => lane.RunAsync(() => LookInTurnAsync(cancel));

    /// <summary>
    /// Takes every open matter a step further: locks to be read back, approvals to be carried out, mails that are owed. Cheap when there
    /// is nothing to do.
    /// </summary>
    /// <param name="isNewsWaiting">Asked before that which can wait for a moment, so that nobody is inside for the sake of it.</param>
    public Task WorkAsync(CancellationToken cancel, Func<bool>? isNewsWaiting = null) => lane.RunAsync(() => WorkInTurnAsync(isNewsWaiting, cancel));

    /// <summary>Begins a drill if one is due by itself. For the running daemon alone: whoever begins one must be there to end it.</summary>
    public Task DrillIfDueAsync(CancellationToken cancel) =>
        LastLook is null ? Task.CompletedTask : lane.RunAsync(() => drills.BeginIfDueAsync(cancel));

    private async Task HandleInTurnAsync(LogBatch batch, CancellationToken cancel)
    {
        if (batch.Continuity is { IsContinuous: true }) chronicle.LogContinues();
        if (batch.Continuity is { IsContinuous: false } gap) NoteGap(gap);
        if (batch.Problem is { } problem) troubles.Begin(TroubleKind.LogNotSeen, problem);
        else troubles.End(TroubleKind.LogNotSeen);

        sight.Note(batch);
        if (batch.Events.Any(e => e is InvitationsChanged)) invitations.Changed();
        foreach (var entry in batch.Events) evidence.Add(entry);
        foreach (var enabled in batch.Events.OfType<EnabledByAdmin>()) await approvals.OnEnabledAsync(enabled, cancel);
        foreach (var deleted in batch.Events.OfType<DeletedByAdmin>()) approvals.OnDeleted(deleted);

        var signs = batch.Events.OfType<KeptOutSeen>().Select(sign => sign.UserId).ToHashSet();
        var shownOut = signs.Count > 0 && await doorkeeper.OnSignAsync(signs, cancel);
        var (strangers, nobodies) = await FindStrangersAsync(batch.Events, cancel);
        if (batch.Position is { } position) memory.State.Log = position;
        await LockAsync(strangers, cancel);

        // Behind the lock, which waits for nothing: and a service account that a stranger made was not there before him.
        foreach (var id in nobodies) await NoteNobodyAsync(id, cancel);
        if (shownOut || batch.Events.Any(e => e is EnabledByAdmin or DeletedByAdmin)) Commit();
    }

    private async Task LookInTurnAsync(CancellationToken cancel)
    {
        var began = time.GetUtcNow();
        IsLookWanted = false;
        if (!await KnowSelfAsync(cancel)) return;

        var answer = await grafana.AllUsersAsync(cancel);
        if (!answer.IsDone)
        {
            NoteFailure(answer.Outcome, answer.Detail);
            return;
        }

        troubles.End(TroubleKind.SignedOut);
        troubles.End(TroubleKind.GrafanaDown);
        if (!memory.Book.All.Any(a => a is { Status: AccountStatus.Locking, Case.Problem: not null })) troubles.End(TroubleKind.NotPermitted);

        var users = await LearnAgesAsync(answer.Value, cancel);
        var isUnknown = NoteAssessment(AdmissionPolicy.Assess(users, memory.Book, memory.LastCompleteLook));
        if (isUnknown || !IsListed(self!, users))
        {
            self = null; // Our id may be somebody else's there.
            if (!await KnowSelfAsync(cancel)) return;
        }

        var facts = new AdmissionFacts(self!.Id, memory.LastCompleteLook, isUnknown, began, Unlooked);
        var strangers = users.Where(user => Judge(user, facts)).ToList();
        if (!isUnknown)
        {
            await departures.NoteAsync(users, cancel);
            memory.State.LastCompleteLook = began;
        }

        LastLook = time.GetUtcNow();
        await LockAsync(strangers, cancel);
        if (!isUnknown && Unlooked is { } restored)
        {
            memory.State.Restored = restored with { IsLooked = true };
            approvals.ReportRestored(restored, users);
        }

        if (notices.PostReviewIfDue(users) || memory.State.Letters.Count > 0) Commit();
        else memory.SaveRoutine();
    }

    private async Task WorkInTurnAsync(Func<bool>? isNewsWaiting, CancellationToken cancel)
    {
        var due = locksmith.Due();
        if (due.Count > 0) await Task.WhenAll(due.Select(account => locksmith.StepAsync(account, cancel)));
        var changed = due.Count > 0 | await approvalWork.StepAsync(cancel);
        var now = time.GetUtcNow();
        var isPatient = isNewsWaiting?.Invoke() != true || now - lastPatientWork >= MostPutOff;
        if (isPatient)
        {
            lastPatientWork = now;
            changed |= await locksmith.LookAgainAsync(cancel);
            changed |= await doorkeeper.StepAsync(cancel);
            changed |= await exposures.StepAsync(cancel);
            changed |= await deadlines.StepAsync(cancel);
            changed |= await drills.StepAsync(cancel);
        }

        changed |= notices.Plan() | troubles.Step();
        if (changed || memory.State.Letters.Count > 0) Commit();
        else if (memory.SaveProblem is not null) memory.SaveRoutine();
        NoteSaveProblem();

        // Last, and never before somebody whose lock can go on now; one whose next attempt is only waited for may fail for hours.
        if (isPatient && locksmith.Due().Count == 0 && LastLook is not null) await invitations.StepAsync(cancel);
    }

    /// <summary>What a stop owes: the state with the log's position.</summary>
    public void Close() => memory.Save();

    /// <summary>
    /// A gap in the log: something may have been missed, so the whole list is due, and ids that seemed to be nobody are asked again.
    /// </summary>
    private void NoteGap(LogContinuity gap)
    {
        chronicle.LogGap(gap);
        memory.State.LastGapAt = time.GetUtcNow();
        memory.ForgetNobodies();
        IsLookWanted = true;
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

    /// <summary>Who of those in the events is to be locked, and which ids proved to be no people.</summary>
    private async Task<(IReadOnlyList<(GrafanaUser User, Account? Known)> Strangers, IReadOnlyList<long> Nobodies)> FindStrangersAsync(
        IReadOnlyList<LogEvent> events, CancellationToken cancel)
    {
        var emails = events.OfType<SignedIn>().Select(e => e.Email).Distinct().ToList();
        var ids = events.OfType<StrangerSeen>().Select(e => e.UserId).Where(id => !memory.IsKnownId(id))
            .Concat(events.OfType<KeptOutSeen>().Select(e => e.UserId).Where(IsLocked)).Distinct().ToList();
        if (events.Any(e => e is AccountMade { Kind: ArrivalKind.MadeByAdmin } or EnabledByAdmin)) IsLookWanted = true;
        if (emails.Count + ids.Count == 0) return ([], []);
        if (emails.Count + ids.Count >= LookUpsAtOnce || !await KnowSelfAsync(cancel))
        {
            IsLookWanted = true;
            return ([], []);
        }

        var byEmail = await Task.WhenAll(emails.Select(email => grafana.LookUpAsync(email, cancel)));
        var byId = await Task.WhenAll(ids.Select(id => grafana.UserAsync(id, cancel)));

        // A look-up that finds nobody, or somebody we know, settles nothing: he may have renamed himself, or taken another's e-mail as login.
        var facts = new AdmissionFacts(self!.Id, memory.LastCompleteLook, troubles.Has(TroubleKind.UnknownDatabase), time.GetUtcNow(), Unlooked);
        var found = new List<(GrafanaUser, Account?)>();
        foreach (var answer in byEmail)
        {
            if (answer.IsDone && memory.Book.Find(answer.Value) is null) Consider(answer.Value);
            else IsLookWanted = true;
        }

        foreach (var answer in byId)
        {
            if (answer.IsDone) Consider(answer.Value);
            else if (answer.Outcome != GrafanaOutcome.Gone) IsLookWanted = true;
        }

        // While somebody is still to be found by the list, one of these may be his; they are met again.
        return (found, IsLookWanted ? [] : ids.Where((id, i) => byId[i].Outcome == GrafanaOutcome.Gone && !IsLocked(id)).ToList());

        void Consider(GrafanaUser user)
        {
            if (found.Exists(f => f.Item1.Id == user.Id)) return;
            var known = memory.Book.Find(user);
            if (known is null && approvals.TryAdmitEarly(user)) return;
            var admission = AdmissionPolicy.Decide(user, known, facts);
            if (admission is Admission.Lock or Admission.LockAgain) found.Add((user, known));
            else if (!IsLocked(user.Id) || admission != Admission.Leave) IsLookWanted = true;
        }

        // Those at the door have been shown out by now. Of a locked one it mostly is the end of a request that was under way at the lock.
        bool IsLocked(long id) => memory.IsKeptOut(id) && memory.Book.StatusOf(id) != AccountStatus.AtDoor;
    }

    private async Task LockAsync(IReadOnlyList<(GrafanaUser User, Account? Known)> strangers, CancellationToken cancel)
    {
        if (strangers.Count == 0) return;
        var opened = strangers.Select(s => locksmith.Open(s.User, s.Known, evidence.For(s.User))).ToList();
        if (Unlooked is { } restored)
            foreach (var account in opened.Where(a => !(a.Case!.Arrival.At > restored.At))) account.Case!.RestoredFrom = restored.BackupAt;
        memory.Save(); // The intent. If the disk refuses, he is locked all the same.
        await locksmith.DisableAsync(opened, cancel);
        foreach (var account in opened) chronicle.Intended(account); // For the auditor; behind the disable, which nothing may hold up.
    }

    private Task LockAsync(IReadOnlyList<GrafanaUser> users, CancellationToken cancel) =>
        LockAsync(users.Select(user => (user, memory.Book.Find(user))).ToList(), cancel);

    /// <summary>Decides about one user of the list. True when he is to be locked.</summary>
    private bool Judge(GrafanaUser user, AdmissionFacts facts)
    {
        var known = memory.Book.Find(user);
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

    /// <summary>The restore after which no complete look was made yet; null in ordinary life.</summary>
    private RestoredGate? Unlooked => memory.State.Restored is { IsLooked: false } restored ? restored : null;

    private async Task<bool> KnowSelfAsync(CancellationToken cancel)
    {
        if (self is not null) return true;
        var answer = await grafana.WhoAmIAsync(cancel);
        if (!answer.IsDone)
        {
            NoteFailure(answer.Outcome, answer.Detail);
            return false;
        }

        self = answer.Value;
        memory.State.OurLogId = self.Id > 0 ? self.Id : LogWatch.ServiceAccountId(self.Uid);
        return true;
    }

    /// <summary>False when another has our id, or nobody: our account was made again. One of a token is in no list (docs/grafana.md §1).</summary>
    private static bool IsListed(GrafanaUser ours, IReadOnlyList<GrafanaUser> users) =>
        ours.Id == 0 || users.Any(user => user.Id == ours.Id && (user.Uid is null || ours.Uid is null || user.Uid == ours.Uid));

    /// <summary>An id that is no user: a service account if that list names it, else somebody who was deleted meanwhile.</summary>
    private async Task NoteNobodyAsync(long id, CancellationToken cancel)
    {
        var organisations = await grafana.OrganisationsAsync(cancel);
        foreach (var organisation in organisations.Value ?? [])
        {
            var accounts = await grafana.ServiceAccountsAsync(organisation.Id, cancel);
            foreach (var account in accounts.Value ?? []) memory.RememberNobody(account.Id, isServiceAccount: true);
        }

        memory.RememberNobody(id, isServiceAccount: false);
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
        self = null; // Grafana may come back with an older database, and with our account made again in it.
        switch (outcome)
        {
            case GrafanaOutcome.SignInFailed:
                troubles.Begin(TroubleKind.SignedOut, detail);
                break;
            case GrafanaOutcome.Refused:
                troubles.Begin(TroubleKind.NotPermitted, detail);
                break;
            default:
                troubles.Begin(TroubleKind.GrafanaDown, detail);
                break;
        }

        Commit();
    }

    private void NoteSaveProblem()
    {
        if (memory.SaveProblem is { } problem) troubles.Begin(TroubleKind.StateNotSaved, problem);
        else troubles.End(TroubleKind.StateNotSaved);
    }

    /// <summary>State first, then the letters it owes.</summary>
    private void Commit()
    {
        memory.Save();
        notices.PostOwed();
    }
}
