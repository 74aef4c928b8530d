using Athena.Common.Notifications;
using Athena.Common.State;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Windows;

/// <summary>
/// Decides each window exactly once: what was found is on disk before anything follows from it, and each thing that follows has a key of
/// its own, so that after a crash it is done again without being done twice. While the disk refuses nothing is decided: a report can wait,
/// two reports that disagree cannot be taken back.
/// </summary>
/// <param name="isAudited">Whether the audit has a decision of this case; asked only about what a crash may have left half done.</param>
internal sealed class Ledger(
    ComplianceState state,
    IStateStore<ComplianceState> store,
    IExaminer examiner,
    IEvidenceBook book,
    ILetterWriter letters,
    IOutbox outbox,
    IAuditLog audit,
    Func<string, bool> isAudited,
    LedgerOptions options,
    TimeProvider time)
{
    /// <summary>The audit's event for a decision; its case is the report's id.</summary>
    public const string DecidedEvent = "window-decided";

    private bool mayBeAudited = state.Open is not null;

    /// <summary>Told of a beginning that was noted by a clock that was ahead; the present time took its place.</summary>
    public Action<DateTimeOffset>? BeganAhead { get; init; }

    /// <summary>Why nothing can be decided now, or evidence not be kept; null when all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>One window: from looking at it to the last thing that follows. Null when none is due, or the disk refuses.</summary>
    public async Task<WindowEvidence?> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        BeginAgainIfAhead(now);
        if (state.Open is null && !await OpenAsync(now, cancel).ConfigureAwait(false))
            return null;
        return Finish(state.Open!);
    }

    /// <summary>Writes what is no decision, as a probe or a mark. When the disk refuses, that is told as with a decision.</summary>
    public void Save() => Problem = store.TryAppend(state, out var problem) ? null : problem;

    /// <summary>When the next window is to be looked at, for sleeping until then; null when there is none in sight.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now) =>
        options.Windows(now - options.Settle, now.AddDays(8)).Select(window => (DateTimeOffset?)(window.To + options.Settle)).FirstOrDefault();

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

    private async Task<bool> OpenAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var due = DueWindows.At(now, state, options.Settle, options.LookBack, options.Windows);
        if (due.Next is not { } window)
            return false;

        var isLate = now - window.To > options.Settle + LedgerOptions.Punctual;
        var evidence = due.IsTooOld
            ? new WindowEvidence(window, now, isLate, null, null, [], [], options.Source, null, null)
            : await examiner.ExamineAsync(window, isLate, cancel).ConfigureAwait(false);
        if (state.Restored is { } restored && window.To <= restored.At)
            evidence = evidence with { RestoredFrom = restored.BackupAt };
        state.Open = evidence;
        mayBeAudited = false;
        if (store.TryAppend(state, out var problem))
            return true;
        state.Open = null;
        Problem = problem;
        return false;
    }

    private WindowEvidence? Finish(WindowEvidence evidence)
    {
        foreach (var mail in letters.Write(evidence))
            outbox.Put(mail);
        var isKept = book.TryKeep(evidence, out var keeping);
        if (!mayBeAudited || !isAudited(evidence.Id))
            audit.Append(Entry(evidence));
        mayBeAudited = false;

        state.Close(evidence.Window.To);
        Problem = store.TryAppend(state, out var saving) ? (isKept ? null : keeping) : saving;
        return evidence;
    }

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
            facts[role.Key.ToString().ToLowerInvariant()] = string.Join(", ", role.Select(person => $"{person.Id} {person.Login} ({person.Requests})"));
        return new AuditEntry(DecidedEvent, evidence.Id, evidence.Verdict, facts);
    }
}
