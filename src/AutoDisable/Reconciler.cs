using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.Drill;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.AutoDisable;

/// <summary>
/// The gate: reads the user list and what the log tells, decides by <see cref="AdmissionPolicy"/>, acts, remembers. It is driven from
/// outside, one call at a time, and has no clock, thread or loop of its own, so that whole histories can be played in a test.
/// Strangers come first; what can wait is done in slices, between which whoever drives it may bring news.
/// </summary>
internal sealed class Reconciler(
    AutoDisableMemory memory,
    SerialExecutor lane,
    Newcomers newcomers,
    ListLook list,
    ReconcilerWork work,
    BornLockedWork bornLocked,
    Reporting reporting,
    LogKnowledge log,
    TimeProvider time)
{
    /// <summary>How long one turn of what can wait may take: commands, the heartbeat and the next list get theirs in between.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(1);

    /// <summary>How long it has to be calm before what takes long is done. After a start many come at once who had to wait.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);

    private int nextMatter;
    private long? guardsSince;
    private long? busyAt;

    /// <summary>The id under which Grafana logs our requests; 0 as long as we have never been told who we are.</summary>
    public long OurLogId => memory.State.OurLogId;

    /// <summary>When the last complete look ended well; null before the first of this process.</summary>
    public DateTimeOffset? LastLook => list.LastLook;

    /// <summary>Why the state or the audit is not on disk; null when both are.</summary>
    public string? WriteProblem => memory.SaveProblem ?? reporting.Events.Problem;

    /// <summary>True while somebody is still to be locked or to be proved locked.</summary>
    public bool IsLocking => memory.Book.Open.Any(a => a.Status == AccountStatus.Locking);

    /// <summary>True while it is still to be written down of somebody what they did while they were inside.</summary>
    public bool IsExposing => work.Exposures.IsAnyDue;

    /// <summary>Set when something came up that only the whole list can answer.</summary>
    public bool IsLookWanted => newcomers.Arrivals.IsLookWanted;

    /// <summary>
    /// Takes what the log brought: approvals first, because they are older than anything that we are about to do, then the wake-ups.
    /// </summary>
    public Task HandleAsync(LogBatch batch, CancellationToken cancel) => lane.RunAsync(() => HandleInTurnAsync(batch, cancel));

    /// <summary>Looks at those whom Grafana's database names. What is known of the log stays as it is.</summary>
    public Task HandleAsync(IReadOnlyList<BornSeen> hints, CancellationToken cancel) =>
        lane.RunAsync(async () => await MeetAsync(await newcomers.Arrivals.WakeUpsAsync(hints, cancel), null, cancel));

    /// <summary>Asks who they are whom a batch shows that is about to be handed over, also amid other work. Decides nothing.</summary>
    public Task AskAheadAsync(LogBatch batch, CancellationToken cancel) => lane.RunAsync(() =>
    {
        newcomers.Ahead.Ask(batch.Events, cancel);
        return Task.CompletedTask;
    });

    /// <summary>
    /// Asks for the complete list. Everything else may go on meanwhile; <see cref="UseListAsync"/> takes what comes of it.
    /// </summary>
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
    /// Takes every open matter a step further: locks to be read back, people at the door to be shown out, approvals to be carried out,
    /// mails that are owed. Cheap when there is nothing to do. True when it ended before all was done: because there is news, or after a
    /// second.
    /// </summary>
    /// <param name="isNewsWaiting">Asked between the slices: nobody is inside for the sake of what can wait.</param>
    public Task<bool> WorkAsync(CancellationToken cancel, Func<bool>? isNewsWaiting = null) =>
        lane.RunAsync(() => WorkInTurnAsync(isNewsWaiting ?? (() => false), cancel));

    /// <summary>What is to be read of Grafana's database now, beside all other work; null when nothing is.</summary>
    public Task<Func<CancellationToken, Task<BornLockedReading>>?> BornLockedDueAsync() =>
        lane.RunAsync(() => Task.FromResult(bornLocked.Watch.Due()));

    /// <summary>Uses what was read. Gives whom the database still holds although an admin let them in.</summary>
    public Task<IReadOnlyList<long>> UseBornLockedAsync(BornLockedReading reading) => lane.RunAsync(() =>
    {
        var released = bornLocked.Watch.Use(reading);
        if (reading.Marks is { Count: > 0 } || reporting.Dispatcher.IsAnyDue) Commit();
        else memory.SaveRoutine();
        return Task.FromResult(released);
    });

    /// <summary>Begins a drill if one is due by itself. For the running daemon alone: whoever begins one must be there to end it.</summary>
    public Task DrillIfDueAsync(CancellationToken cancel) =>
        LastLook is null ? Task.CompletedTask : lane.RunAsync(() => work.Drills.BeginIfDueAsync(cancel));

    /// <summary>
    /// What a stop owes: the state with the log's position, and no more changes than the next start catches up with in a moment.
    /// </summary>
    public void Close()
    {
        memory.Save();
        memory.Compact(isQuiet: true);
    }

    private async Task HandleInTurnAsync(LogBatch batch, CancellationToken cancel)
    {
        if (batch.Continuity is { IsContinuous: true }) reporting.Events.LogContinues();
        if (batch.Continuity is { IsContinuous: false } gap) NoteGap(gap);
        if (batch.Problem is { } problem) reporting.Troubles.Begin(TroubleKind.LogNotSeen, problem);
        else reporting.Troubles.End(TroubleKind.LogNotSeen);

        log.Sight.Note(batch);
        if (batch.Events.Any(e => e is InvitationsChanged)) work.Invitations.Changed();
        foreach (var entry in batch.Events) log.Evidence.Add(entry);

        // From here on all is told by one clock, ours.
        var events = log.Clock.Ours(batch.Events);
        memory.State.GrafanaAhead = log.Clock.Ahead;
        foreach (var enabled in events.OfType<EnabledByAdmin>()) work.Approvals.OnEnabled(enabled);
        foreach (var deleted in events.OfType<DeletedByAdmin>()) work.Approvals.OnDeleted(deleted);
        var isCopyNews = work.Copies.Note(events);
        work.Disablements.Note(events);
        work.ExternalAccounts.OnSigns(events.OfType<KeptOutSeen>().Select(sign => sign.UserId));

        await MeetAsync(await newcomers.Arrivals.WakeUpsAsync(events, cancel), batch.Position, cancel);
        newcomers.Ahead.Forget(batch.Events);
        if (isCopyNews || events.Any(e => e is EnabledByAdmin or DeletedByAdmin)) Commit();
    }

    /// <summary>Looks them up, a portion at a time, and locks who is to be locked.</summary>
    /// <param name="read">Where the log has been read to with them; null when it says nothing of them.</param>
    private async Task MeetAsync(IReadOnlyList<WakeUp[]> portions, LogPosition? read, CancellationToken cancel)
    {
        for (var done = 0; done < Math.Max(portions.Count, 1); done++)
        {
            var strangers = portions.Count == 0 ? [] : await newcomers.Arrivals.FindAsync(portions[done], cancel);
            // With the last: after a crash the others are read again.
            if (done >= portions.Count - 1 && read is not null) memory.State.Log = read;
            await newcomers.Cases.LockAsync(strangers, cancel);
        }
    }

    private async Task UseListInTurnAsync(ListReading reading, CancellationToken cancel)
    {
        var users = await list.UseAsync(reading, cancel);
        if (users is null || reporting.Planner.PostSummariesIfDue(users, reading.Server) || reporting.Dispatcher.IsAnyDue) Commit();
        else memory.SaveRoutine();
    }

    private async Task<bool> WorkInTurnAsync(Func<bool> isNewsWaiting, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var (isChanged, isCutOff, isUnfinished) = (false, false, false);

        // Who is known and not locked yet comes before all that can wait, and behind whoever is seen for the first time.
        while (!isCutOff && await work.AccountLocker.DisableSomeAsync(cancel))
            isCutOff = isNewsWaiting() || time.GetElapsedTime(began) >= LongestTurn;
        for (var done = 0; done < work.Matters.Count && !isCutOff; done++)
        {
            var progress = await work.Matters[nextMatter](cancel);
            nextMatter = (nextMatter + 1) % work.Matters.Count;
            isChanged |= progress.HasFlag(Progress.Changed);
            isUnfinished |= progress.HasFlag(Progress.Unfinished);
            isCutOff = isNewsWaiting() || time.GetElapsedTime(began) >= LongestTurn;
            if (done == work.Matters.Count - 1 && isUnfinished) (done, isUnfinished) = (-1, false); // Another round.
        }

        newcomers.Arrivals.IsLookWanted |= work.Exposures.TakeWishForLook();
        isChanged |= bornLocked.Watch.NoteUnwatched() | work.Disablements.Step() | bornLocked.Imports.Step(work.Disablements.IsAnyOpen)
            | reporting.Planner.Plan(bornLocked.Imports.IsHeldBack) | reporting.Troubles.Step();
        if (isChanged || reporting.Dispatcher.IsAnyDue) Commit();
        else if (memory.SaveProblem is not null) memory.SaveRoutine();
        NoteSaveProblem();

        // Last, and never before somebody whose lock can go on now; one whose next attempt is only waited for may fail for hours.
        if (!isCutOff && LastLook is not null) await work.Invitations.StepAsync(cancel);
        CompactIfCalm(isBusy: isCutOff || IsLocking || isNewsWaiting());
        return isCutOff;
    }

    /// <summary>With tens of thousands a snapshot holds up the next stranger for a second, so it waits until none is expected.</summary>
    private void CompactIfCalm(bool isBusy)
    {
        if (LastLook is null) return;
        var now = time.GetTimestamp();
        guardsSince ??= now;
        if (isBusy) busyAt = now;
        if (time.GetElapsedTime(guardsSince.Value, now) < Calm) return;
        memory.Compact(isQuiet: busyAt is not { } last || time.GetElapsedTime(last, now) >= Calm);
    }

    /// <summary>
    /// A gap in the log: something may have been missed, so the whole list is due, and ids that seemed to be nobody are asked again.
    /// </summary>
    private void NoteGap(LogContinuity gap)
    {
        reporting.Events.LogGap(gap);
        memory.State.LastGapAt = time.GetUtcNow();
        memory.ForgetNobodies();
        newcomers.Arrivals.IsLookWanted = true;
    }

    private void NoteSaveProblem()
    {
        if (WriteProblem is { } problem) reporting.Troubles.Begin(TroubleKind.StateNotSaved, problem);
        else reporting.Troubles.End(TroubleKind.StateNotSaved);
    }

    /// <summary>State first, then the letters it owes.</summary>
    private void Commit()
    {
        memory.Save();
        reporting.Dispatcher.PostOwed();
    }
}

/// <summary>What the gate does about accounts, one class for each kind of matter.</summary>
internal sealed record ReconcilerWork(
    AccountLocker AccountLocker,
    Approvals Approvals,
    ExternalAccountEnforcer ExternalAccounts,
    FoundEnabledAccounts FoundEnabled,
    ExposureWork Exposures,
    InvitationWork Invitations,
    DrillWork Drills,
    SecondCopy Copies,
    Disablements Disablements)
{
    /// <summary>
    /// What can wait, in the order of its weight. A turn that was cut off goes on where it ended, so that none waits for good.
    /// </summary>
    public required IReadOnlyList<Func<CancellationToken, Task<Progress>>> Matters { get; init; }
}
