using Athena.Common.Notify;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.State;

namespace Athena.Compliance.Hourly;

/// <summary>Which mails follow from a decision. The same evidence gives the same mails with the same keys.</summary>
internal interface ILetterWriter
{
    /// <summary>Whether those who get the reports get one of it.</summary>
    bool IsReported(WindowEvidence evidence);

    IReadOnlyList<Notification> Write(WindowEvidence evidence);
}

/// <summary>
/// Decides each window exactly once: what was found is on disk before anything follows from it, and each thing that follows has a key of
/// its own, so that after a crash it is done again without being done twice. While the disk refuses nothing is decided: a report can wait,
/// two reports that disagree cannot be taken back.
/// </summary>
/// <param name="isAudited">Whether the audit has a decision of this case; asked only about what a crash may have left half done.</param>
internal sealed class HourProcessor(
    ComplianceState state,
    IStateStore<ComplianceState> store,
    IWindowEvaluator windowEvaluator,
    IEvidenceStore book,
    ILetterWriter letters,
    IOutbox outbox,
    IAuditLog audit,
    Func<string, bool> isAudited,
    HourProcessorOptions options,
    TimeProvider time)
{
    /// <summary>The audit's event for a decision; its case is the report's id.</summary>
    public const string DecidedEvent = "window-decided";

    /// <summary>The audit's event for a decision that does not count; its case is the report's id.</summary>
    public const string VoidEvent = "window-void";

    private readonly DecisionTimes times = new(time);
    private bool mayBeAudited = state.Open is not null;
    private bool mayBeUntold = state.Void.Count > 0;
    private bool isUnsaved;
    private long? unreachedSince;

    /// <summary>Null: only our own clock says what time it is.</summary>
    public IGrafanaClock? GrafanaClock { get; init; }

    /// <summary>The window that is over by our clock and not by Grafana's; null when none is.</summary>
    public Window? Waiting { get; private set; }

    /// <summary>Why the log cannot be reached, a phrase, as the last window found it; null when it can.</summary>
    public string? Unreached { get; private set; }

    /// <summary>Told of decisions that a clock made that was ahead; their windows are decided again.</summary>
    public Action<IReadOnlyList<VoidDecision>>? StruckOut { get; init; }

    /// <summary>Told of a beginning that was noted by a clock that was ahead; the present time took its place.</summary>
    public Action<DateTimeOffset>? BeganAhead { get; init; }

    /// <summary>Why nothing can be decided now, or evidence not be kept; null when all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>One window: from looking at it to the last thing that follows. Null when none is due, or the disk refuses.</summary>
    public async Task<WindowEvidence?> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        BeginAgainIfAhead(now);
        TellOfVoid();

        // What was decided last may not yet be on the disk as that. Nothing else is decided before, nor is it struck out.
        if (isUnsaved && !TrySave())
            return null;
        if (!TryStrikeOutEarly(now))
            return null;
        if (state.Open is null && !await OpenAsync(now, cancel).ConfigureAwait(false))
            return null;
        return Finish(state.Open!);
    }

    /// <summary>Writes what is no decision, as a probe or a mark. When the disk refuses, that is told as with a decision.</summary>
    public void Save() => TrySave();

    private bool TrySave()
    {
        isUnsaved = !store.TryAppend(state, out var problem);
        Problem = isUnsaved ? problem : null;
        return !isUnsaved;
    }

    /// <summary>When the next window is to be looked at, for sleeping until then; null when there is none in sight.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now) =>
        options.Windows(now - options.Settle, now.AddDays(8))
            .Select(window => (DateTimeOffset?)(window.To + options.Settle)).FirstOrDefault();

    /// <summary>When the newest window ended that is decided and is not ahead of the clock; null when there is none.</summary>
    public DateTimeOffset? Newest(DateTimeOffset now) => state.Decided.Where(end => end <= now).Max(end => (DateTimeOffset?)end);

    /// <summary>How many windows are over and should be decided by now, and are not.</summary>
    public int Due(DateTimeOffset now) =>
        options.Windows(DueWindows.Behind(state, now, options.LookBack), now - options.Settle - HourProcessorOptions.Punctual).Count();

    /// <summary>
    /// A clock that was ahead when the windows became ours has been put back: those that end until then would be neither decided nor
    /// recorded, and nobody would hear of it. That of before is not known; the present time is close to it, for this is asked all the time.
    /// </summary>
    private void BeginAgainIfAhead(DateTimeOffset now)
    {
        var isSinceAhead = state.Since > now && state.Since != options.Since;
        var isTakeOverAhead = state.TakenOverAt > now;
        if (!isSinceAhead && !isTakeOverAhead) return;
        var ahead = isSinceAhead ? state.Since : state.TakenOverAt;
        if (isSinceAhead) state.Since = now;
        if (isTakeOverAhead) state.TakenOverAt = now;
        Save();
        BeganAhead?.Invoke(ahead);
    }

    /// <summary>
    /// An hour of the log is over when the clock says so by which the log is written. As long as that cannot be told it is waited with, but
    /// not for long: it is then decided by what the log shows, and again if our clock was ahead.
    /// </summary>
    private async Task<bool> IsOverAsync(Window window, DateTimeOffset now, CancellationToken cancel)
    {
        Waiting = null;
        if (GrafanaClock is null)
            return true;
        var isReached = await GrafanaClock.HasReachedAsync(window.To, cancel).ConfigureAwait(false);
        if (isReached ?? now >= window.To + options.Settle + HourProcessorOptions.Patience)
            return true;
        if (isReached == false)
            Waiting = window;
        return false;
    }

    /// <summary>
    /// First in the state, then in the audit: a decision that the audit calls void never comes back with a state of before.
    /// </summary>
    /// <returns>False when the disk refuses.</returns>
    private bool TryStrikeOutEarly(DateTimeOffset now)
    {
        var early = times.Early(state, now, options.Settle);
        if (early.Count == 0)
            return true;
        var (decided, notes) = (state.Decided.ToList(), state.Notes.ToList());
        foreach (var decision in early)
            state.Strike(decision);
        if (!TrySave())
        {
            state.Unstrike(early, decided, notes);
            return false;
        }

        foreach (var decision in early)
            audit.Append(Entry(decision));
        StruckOut?.Invoke(early);
        return true;
    }

    /// <summary>After a crash between the two: what the state calls void and the audit does not yet.</summary>
    private void TellOfVoid()
    {
        if (!mayBeUntold)
            return;
        foreach (var decision in state.Void.Where(decision =>
            decision.End != state.Open?.Window.To && isAudited(WindowEvidence.IdOf(decision.End))).ToList())
            audit.Append(Entry(decision));
        mayBeUntold = false;
    }

    private async Task<bool> OpenAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var due = DueWindows.At(now, state, options.Settle, options.LookBack, options.Windows);
        if (due.Next is not { } window)
            return false;

        if (!due.IsTooOld && !await IsOverAsync(window, now, cancel).ConfigureAwait(false))
            return false;
        times.Begin(window.To);
        var isLate = now - window.To > options.Settle + HourProcessorOptions.Punctual;
        var evidence = due.IsTooOld
            ? new WindowEvidence(window, now, isLate, null, null, [], [], options.Source, null, null)
            : await windowEvaluator.ExamineAsync(window, isLate, cancel).ConfigureAwait(false);
        if (IsWaitedForTheLog(evidence)) return false;
        if (state.Restored is { } restored && window.To <= restored.At)
            evidence = evidence with { RestoredFrom = restored.BackupAt };
        if (state.Void.Find(decision => decision.End == window.To) is { } struck)
            evidence = evidence with { Replaces = struck };
        var (before, reports) = (state.NotSeen.ToList(), state.Reports);
        evidence = state.Placed(state.Counted(evidence), letters.IsReported(evidence), options.Zone);
        state.Open = evidence;
        mayBeAudited = false;
        if (TrySave())
            return true;
        state.Open = null;
        state.NotSeen.Clear();
        state.NotSeen.AddRange(before);
        state.Reports = reports;
        return false;
    }

    /// <summary>A log on another machine that is away has what was written when it comes back.</summary>
    private bool IsWaitedForTheLog(WindowEvidence evidence)
    {
        Unreached = evidence.Coverage?.Unreached;
        if (Unreached is null) unreachedSince = null;
        else unreachedSince ??= time.GetTimestamp();
        return unreachedSince is { } since && time.GetElapsedTime(since) < HourProcessorOptions.UnreachedPatience;
    }

    private WindowEvidence? Finish(WindowEvidence evidence)
    {
        foreach (var mail in letters.Write(evidence))
            outbox.Put(mail);
        var isKept = book.TryKeep(evidence, out var keeping);
        if (!mayBeAudited || !isAudited(evidence.Id))
            audit.Append(Entry(evidence));
        mayBeAudited = false;

        state.Close(evidence);
        if (TrySave() && !isKept)
            Problem = keeping;
        return evidence;
    }

    private AuditEntry Entry(VoidDecision decision) =>
        new(VoidEvent, WindowEvidence.IdOf(decision.End), "void, decided by a clock that was ahead", new Dictionary<string, string>
        {
            ["decidedAt"] = $"{decision.At:yyyy-MM-ddTHH:mm:sszzz}",
            ["foundAt"] = $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:sszzz}",
        });

    private static AuditEntry Entry(WindowEvidence evidence)
    {
        var facts = new Dictionary<string, string>
        {
            ["window"] = $"{evidence.Window.From:yyyy-MM-ddTHH:mm:sszzz}/{evidence.Window.To:yyyy-MM-ddTHH:mm:sszzz}",
            ["decidedAt"] = $"{evidence.DecidedAt:yyyy-MM-ddTHH:mm:sszzz}",
            ["source"] = evidence.Source,
        };
        if (evidence.Finding is { } finding)
            facts["reason"] = finding.Reason;
        foreach (var role in evidence.People.GroupBy(person => person.Role))
            facts[role.Key.ToString().ToLowerInvariant()] = string.Join(
                ", ", role.Select(person => $"{person.Id} {person.Login} ({person.Requests})"));
        return new AuditEntry(DecidedEvent, evidence.Id, evidence.Verdict, facts);
    }
}
