using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.Drills;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;
using Athena.Common.Logs;

namespace Athena.AutoDisable;

/// <summary>
/// The gate: reads the user list and what the log tells, decides by <see cref="AdmissionPolicy"/>, acts, remembers. It is driven from
/// outside, one call at a time, and has no clock, thread or loop of its own, so that whole histories can be played in a test.
/// Strangers come first; what can wait is done in slices, between which whoever drives it may bring news.
/// </summary>
internal sealed class Gate(
    GateMemory memory,
    OneAtATime lane,
    LookAhead ahead,
    Arrivals arrivals,
    ListLook list,
    NewCases cases,
    Locksmith locksmith,
    Approvals approvals,
    ApprovalWork approvalWork,
    Deadlines deadlines,
    Doorkeeper doorkeeper,
    Finds finds,
    ExposureWork exposures,
    InvitationWork invitations,
    DrillWork drills,
    SecondCopy copies,
    Disablements disablements,
    BornLockedWatch bornLocked,
    Imports imports,
    Notices notices,
    Posting posting,
    Troubles troubles,
    Chronicle chronicle,
    ArrivalEvidence evidence,
    LogSight sight,
    LogClock clock,
    TimeProvider time)
{
    /// <summary>How long one turn of what can wait may take: commands, the heartbeat and the next list get theirs in between.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(1);

    /// <summary>What can wait, in the order of its weight. A turn that was cut off goes on where it ended, so that none waits for good.</summary>
    private readonly Func<CancellationToken, Task<Progress>>[] matters =
    [
        locksmith.StepAsync,
        approvalWork.StepAsync,
        doorkeeper.StepAsync,
        finds.StepAsync,
        arrivals.NoteNobodiesAsync,
        locksmith.LookAgainAsync,
        exposures.StepAsync,
        deadlines.StepAsync,
        drills.StepAsync,
        copies.StepAsync,
    ];

    private int nextMatter;

    /// <summary>The id under which Grafana logs our requests; 0 as long as we have never been told who we are.</summary>
    public long OurLogId => memory.State.OurLogId;

    /// <summary>When the last complete look ended well; null before the first of this process.</summary>
    public DateTimeOffset? LastLook => list.LastLook;

    /// <summary>Why the state or the audit is not on disk; null when both are.</summary>
    public string? WriteProblem => memory.SaveProblem ?? chronicle.Problem;

    /// <summary>True while somebody is still to be locked or to be proved locked.</summary>
    public bool IsLocking => memory.Book.All.Any(a => a.Status == AccountStatus.Locking);

    /// <summary>True while it is still to be written down of somebody what he did while he was inside.</summary>
    public bool IsExposing => exposures.IsAnyDue;

    /// <summary>Set when something came up that only the whole list can answer.</summary>
    public bool IsLookWanted => arrivals.IsLookWanted;

    /// <summary>
    /// Takes what the log brought: approvals first, because they are older than anything that we are about to do, then the wake-ups.
    /// </summary>
    public Task HandleAsync(LogBatch batch, CancellationToken cancel) => lane.RunAsync(() => HandleInTurnAsync(batch, cancel));

    /// <summary>Looks at those whom Grafana's database names. What is known of the log stays as it is.</summary>
    public Task HandleAsync(IReadOnlyList<BornSeen> hints, CancellationToken cancel) =>
        lane.RunAsync(async () => await MeetAsync(await arrivals.WakeUpsAsync(hints, cancel), null, cancel));

    /// <summary>Asks who they are whom a batch shows that is about to be handed over, also amid other work. Decides nothing.</summary>
    public Task AskAheadAsync(LogBatch batch, CancellationToken cancel) => lane.RunAsync(() =>
    {
        ahead.Ask(batch.Events, cancel);
        return Task.CompletedTask;
    });

    /// <summary>Asks for the complete list. Everything else may go on meanwhile; <see cref="UseListAsync"/> takes what comes of it.</summary>
    public Task<ListReading> ReadListAsync(CancellationToken cancel) => lane.RunAsync(() => list.ReadAsync(cancel));

    /// <summary>Acts on a list that was read. When Grafana could not be asked, says so and changes nothing.</summary>
    public Task UseListAsync(ListReading reading, CancellationToken cancel) => lane.RunAsync(() => UseListInTurnAsync(reading, cancel));

    /// <summary>The list with the ages that another database's list leaves out.</summary>
    public Task<IReadOnlyList<GrafanaUser>> WithAgesAsync(IReadOnlyList<GrafanaUser> users, CancellationToken cancel) =>
        lane.RunAsync(() => list.WithAgesAsync(users, cancel));

    /// <summary>Looks at the complete list and acts on it, for those who have to wait for it.</summary>
    public async Task LookAsync(CancellationToken cancel) =>
        await UseListAsync(await ReadListAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);

    /// <summary>
    /// Takes every open matter a step further: locks to be read back, people at the door to be shown out, approvals to be carried out, mails
    /// that are owed. Cheap when there is nothing to do. True when it ended before all was done: because there is news, or after a second.
    /// </summary>
    /// <param name="isNewsWaiting">Asked between the slices: nobody is inside for the sake of what can wait.</param>
    public Task<bool> WorkAsync(CancellationToken cancel, Func<bool>? isNewsWaiting = null) =>
        lane.RunAsync(() => WorkInTurnAsync(isNewsWaiting ?? (() => false), cancel));

    /// <summary>What is to be read of Grafana's database now, beside all other work; null when nothing is.</summary>
    public Task<Func<CancellationToken, Task<BornLockedReading>>?> BornLockedDueAsync() => lane.RunAsync(() => Task.FromResult(bornLocked.Due()));

    /// <summary>Uses what was read. Gives whom the database still holds although an admin let them in.</summary>
    public Task<IReadOnlyList<long>> UseBornLockedAsync(BornLockedReading reading) => lane.RunAsync(() =>
    {
        var released = bornLocked.Use(reading);
        if (reading.Marks is { Count: > 0 } || posting.IsAnyDue) Commit();
        else memory.SaveRoutine();
        return Task.FromResult(released);
    });

    /// <summary>Begins a drill if one is due by itself. For the running daemon alone: whoever begins one must be there to end it.</summary>
    public Task DrillIfDueAsync(CancellationToken cancel) =>
        LastLook is null ? Task.CompletedTask : lane.RunAsync(() => drills.BeginIfDueAsync(cancel));

    /// <summary>What a stop owes: the state with the log's position.</summary>
    public void Close() => memory.Save();

    private async Task HandleInTurnAsync(LogBatch batch, CancellationToken cancel)
    {
        if (batch.Continuity is { IsContinuous: true }) chronicle.LogContinues();
        if (batch.Continuity is { IsContinuous: false } gap) NoteGap(gap);
        if (batch.Problem is { } problem) troubles.Begin(TroubleKind.LogNotSeen, problem);
        else troubles.End(TroubleKind.LogNotSeen);

        sight.Note(batch);
        if (batch.Events.Any(e => e is InvitationsChanged)) invitations.Changed();
        foreach (var entry in batch.Events) evidence.Add(entry);

        // From here on all is told by one clock, ours.
        var events = clock.Ours(batch.Events);
        memory.State.GrafanaAhead = clock.Ahead;
        foreach (var enabled in events.OfType<EnabledByAdmin>()) approvals.OnEnabled(enabled);
        foreach (var deleted in events.OfType<DeletedByAdmin>()) approvals.OnDeleted(deleted);
        var isCopyNews = copies.Note(events);
        disablements.Note(events);
        doorkeeper.OnSigns(events.OfType<KeptOutSeen>().Select(sign => sign.UserId));

        await MeetAsync(await arrivals.WakeUpsAsync(events, cancel), batch.Position, cancel);
        ahead.Forget(batch.Events);
        if (isCopyNews || events.Any(e => e is EnabledByAdmin or DeletedByAdmin)) Commit();
    }

    /// <summary>Looks them up, a portion at a time, and locks who is to be locked.</summary>
    /// <param name="read">Where the log has been read to with them; null when it says nothing of them.</param>
    private async Task MeetAsync(IReadOnlyList<WakeUp[]> portions, LogPosition? read, CancellationToken cancel)
    {
        for (var done = 0; done < Math.Max(portions.Count, 1); done++)
        {
            var strangers = portions.Count == 0 ? [] : await arrivals.FindAsync(portions[done], cancel);
            if (done >= portions.Count - 1 && read is not null) memory.State.Log = read; // With the last: after a crash the others are read again.
            await cases.LockAsync(strangers, cancel);
        }
    }

    private async Task UseListInTurnAsync(ListReading reading, CancellationToken cancel)
    {
        var users = await list.UseAsync(reading, cancel);
        if (users is null || notices.PostSummariesIfDue(users) || posting.IsAnyDue) Commit();
        else memory.SaveRoutine();
    }

    private async Task<bool> WorkInTurnAsync(Func<bool> isNewsWaiting, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var (isChanged, isCutOff, isUnfinished) = (false, false, false);

        // Who is known and not locked yet comes before all that can wait, and behind whoever is seen for the first time.
        while (!isCutOff && await locksmith.DisableSomeAsync(cancel)) isCutOff = isNewsWaiting() || time.GetElapsedTime(began) >= LongestTurn;
        for (var done = 0; done < matters.Length && !isCutOff; done++)
        {
            var progress = await matters[nextMatter](cancel);
            nextMatter = (nextMatter + 1) % matters.Length;
            isChanged |= progress.HasFlag(Progress.Changed);
            isUnfinished |= progress.HasFlag(Progress.Unfinished);
            isCutOff = isNewsWaiting() || time.GetElapsedTime(began) >= LongestTurn;
            if (done == matters.Length - 1 && isUnfinished) (done, isUnfinished) = (-1, false); // Another round.
        }

        arrivals.IsLookWanted |= exposures.TakeWishForLook();
        isChanged |= bornLocked.NoteUnwatched() | disablements.Step() | imports.Step(disablements.IsAnyOpen) | notices.Plan(imports.IsHeldBack) | troubles.Step();
        if (isChanged || posting.IsAnyDue) Commit();
        else if (memory.SaveProblem is not null) memory.SaveRoutine();
        NoteSaveProblem();

        // Last, and never before somebody whose lock can go on now; one whose next attempt is only waited for may fail for hours.
        if (!isCutOff && LastLook is not null) await invitations.StepAsync(cancel);
        memory.Compact(isQuiet: !isCutOff && !IsLocking && !isNewsWaiting());
        return isCutOff;
    }

    /// <summary>
    /// A gap in the log: something may have been missed, so the whole list is due, and ids that seemed to be nobody are asked again.
    /// </summary>
    private void NoteGap(LogContinuity gap)
    {
        chronicle.LogGap(gap);
        memory.State.LastGapAt = time.GetUtcNow();
        memory.ForgetNobodies();
        arrivals.IsLookWanted = true;
    }

    private void NoteSaveProblem()
    {
        if (WriteProblem is { } problem) troubles.Begin(TroubleKind.StateNotSaved, problem);
        else troubles.End(TroubleKind.StateNotSaved);
    }

    /// <summary>State first, then the letters it owes.</summary>
    private void Commit()
    {
        memory.Save();
        posting.PostOwed();
    }
}
