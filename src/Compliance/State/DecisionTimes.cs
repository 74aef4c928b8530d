using Athena.Compliance.Evidence;

namespace Athena.Compliance.State;

/// <summary>
/// Tells which decisions were made before their window was over, by a clock that was ahead. When the clock goes back, either it was wrong
/// before or it is now, perhaps for minutes, as after a start without network: the clock of now is believed when it has gone on steadily
/// for a while, and at once where an hour ends under our eyes that is decided already. How long ago a decision was made at least is known
/// by the time that has really passed since then, or since this process found it; by the clock of now that must not have been before the
/// window's end. What was decided and found at last after that end can only be told by its own word: that it was made later than it can
/// have been.
/// </summary>
internal sealed class DecisionTimes(TimeProvider time)
{
    /// <summary>So long a clock must go on without being set until it is believed more than the one before.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(15);

    /// <summary>A clock that is set by less than this is put right a little.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly long found = time.GetTimestamp();
    private readonly Dictionary<DateTimeOffset, long> begun = [];

    private (DateTimeOffset Clock, long Stamp) last = (time.GetUtcNow(), time.GetTimestamp());

    /// <summary>When the clock was set at last, or this process began, and what it showed then.</summary>
    private (DateTimeOffset Clock, long Stamp) since = (time.GetUtcNow(), time.GetTimestamp());

    /// <summary>The window with this end begins to be looked at.</summary>
    public void Begin(DateTimeOffset end) => begun[end] = time.GetTimestamp();

    /// <summary>To be asked all the time.</summary>
    /// <param name="settle">So long after its end a window is due.</param>
    public IReadOnlyList<VoidDecision> Early(ComplianceState state, DateTimeOffset now, TimeSpan settle)
    {
        var stamp = time.GetTimestamp();
        if ((now - last.Clock - time.GetElapsedTime(last.Stamp, stamp)).Duration() > Least)
            since = (now, stamp);
        last = (now, stamp);
        var isSteady = time.GetElapsedTime(since.Stamp, stamp) >= Steady;
        return
        [
            .. from end in state.Decided
               where isSteady || (end > since.Clock && end + settle <= now)
               let note = state.Notes.GetValueOrDefault(end)
               where WasEarly(end, note, now)
               select new VoidDecision(
                   note?.From ?? end.AddTicks(-1), end, note?.At ?? end + settle, note?.Outcome, (note?.Before ?? 0) + 1),
        ];
    }

    private bool WasEarly(DateTimeOffset end, DecisionNote? note, DateTimeOffset now)
    {
        var isOwn = begun.TryGetValue(end, out var stamp);
        var madeBy = now - time.GetElapsedTime(isOwn ? stamp : found);
        if (madeBy < end)
            return true;

        // What was looked at after its end was seen, whatever the clock showed; what was passed over may not have been long ago at all.
        // What another process decided may have been early just as well: nobody knows how long before it was found.
        return note?.At > madeBy + HourProcessorOptions.Punctual && (note.Outcome is null || !isOwn);
    }
}
