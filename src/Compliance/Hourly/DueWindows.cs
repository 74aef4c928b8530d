using Athena.Common.Time;
using Athena.Compliance.State;

namespace Athena.Compliance.Hourly;

/// <summary>
/// Which window is to be decided next. Pure. First what was struck out because a clock that was ahead had decided it too early
/// (<see cref="DecisionTimes"/>); then it goes on from the newest decision that is not ahead of the clock, so that one that was ahead does
/// not silence the windows that come.
/// </summary>
/// <param name="Next">Null when nothing is due. When it is too old, it reaches over all those that are.</param>
/// <param name="IsTooOld">It is not looked at any more, only recorded.</param>
internal readonly record struct DueWindows(Window? Next, bool IsTooOld)
{
    /// <param name="windows">All windows with an end in (after, until], in order.</param>
    public static DueWindows At(
        DateTimeOffset now, ComplianceState state, TimeSpan settle, TimeSpan lookBack,
        Func<DateTimeOffset, DateTimeOffset, IEnumerable<Window>> windows)
    {
        var horizon = now - lookBack;
        if (Again(now - settle, horizon, state, windows) is { } again)
            return again;

        var last = Last(state, now);
        if (last < horizon && Missed(windows(last, horizon)) is { } missed)
            return new DueWindows(missed, IsTooOld: true);

        return new DueWindows(windows(Behind(state, now, lookBack), now - settle).Cast<Window?>().FirstOrDefault(), IsTooOld: false);
    }

    /// <summary>Windows that end after this are to be looked at, in order.</summary>
    public static DateTimeOffset Behind(ComplianceState state, DateTimeOffset now, TimeSpan lookBack) =>
        Last(state, now) is var last && last > now - lookBack ? last : now - lookBack;

    private static DateTimeOffset Last(ComplianceState state, DateTimeOffset now) =>
        state.Decided.Where(end => end <= now).Append(state.Since).Append(state.TakenOverAt).Max();

    /// <summary>What was struck out and is over now, however much has been decided since.</summary>
    private static DueWindows? Again(
        DateTimeOffset until,
        DateTimeOffset horizon,
        ComplianceState state,
        Func<DateTimeOffset, DateTimeOffset, IEnumerable<Window>> windows)
    {
        foreach (var early in state.Void.Where(early => early.End <= until).OrderBy(early => early.End))
        {
            if (Missed(windows(early.From, early.End).TakeWhile(window => window.To <= horizon)) is { } missed
                && !state.Decided.Contains(missed.To))
                return new DueWindows(missed, IsTooOld: true);
            foreach (var window in windows(early.From, early.End))
            {
                if (window.To > horizon && !state.Decided.Contains(window.To))
                    return new DueWindows(window, IsTooOld: false);
            }
        }

        return null;
    }

    /// <summary>One record for all of them: a clock that was years ahead for a minute must not fill the audit.</summary>
    private static Window? Missed(IEnumerable<Window> windows)
    {
        Window? all = null;
        foreach (var window in windows)
            all = new Window(all?.From ?? window.From, window.To);
        return all;
    }
}
