using Athena.Common.Notify.Documents;

namespace Athena.Compliance.Summaries;

/// <summary>How the hours of a summary are shown: a capital letter for each state, the small one where it was decided late. Pure.</summary>
internal static class SummaryMarks
{
    private static readonly HourState[] States =
        [
            HourState.InUse, HourState.OnlyAdmins, HourState.OnlyAdminsInPart, HourState.Nobody, HourState.VisitorsOnly, HourState.NotSeen,
            HourState.NotLookedAt, HourState.NoRecord,
        ];

    public static IReadOnlyList<GridMark> Legend { get; } =
    [
        .. States.Select(state => Of(state)),
        new GridMark("a", null, "a small letter: decided late"),
        new GridMark("", null, "no letter: no hour was due"),
    ];

    /// <summary>Null where no hour was due.</summary>
    public static GridMark? Of(HourCell cell)
    {
        if (cell.State == HourState.NotDue)
            return null;
        var mark = Of(cell.State);
        return cell.IsLate && char.IsLetter(mark.Sign[0])
            ? mark with { Sign = mark.Sign.ToLowerInvariant(), Words = mark.Words + ", decided late" }
            : mark;
    }

    private static GridMark Of(HourState state) => state switch
    {
        HourState.InUse => new GridMark("U", Tone.Good, "in use"),
        HourState.OnlyAdmins => new GridMark("A", Tone.Calm, "only administrators"),
        HourState.OnlyAdminsInPart => new GridMark("P", Tone.Warning, "only administrators in the part that could be seen"),
        HourState.Nobody => new GridMark("N", null, "nobody"),
        HourState.VisitorsOnly => new GridMark("V", null, "nobody signed in, visitors without a login were given dashboards"),
        HourState.NotSeen => new GridMark("X", Tone.Critical, "not seen: nothing can be said"),
        HourState.NotLookedAt => new GridMark("–", null, "not looked at: too long ago when the service came back"),
        HourState.NoRecord => new GridMark("!", Tone.Critical, "no record: it was due, and the audit has nothing about it"),
        HourState.NotDue => throw new ArgumentOutOfRangeException(nameof(state), state, "An hour that was not due has no mark."),
    };
}
