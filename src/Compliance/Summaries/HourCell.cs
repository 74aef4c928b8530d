using Athena.Compliance.Evidence;

namespace Athena.Compliance.Summaries;

/// <summary>An hour of a summary: the verdict, whether it came late, and which report of its month followed from it.</summary>
/// <param name="Report">Null where none followed, or it was made before they were counted.</param>
internal readonly record struct HourCell(HourState State, bool IsLate = false, int? Report = null)
{
    private const string Late = ", late";

    /// <summary>From the audit's verdict, see <see cref="WindowEvidence.Verdict"/>. A word that is not known is no record.</summary>
    public static HourCell Of(string verdict)
    {
        if (verdict.EndsWith(WindowEvidence.AfterRestore, StringComparison.Ordinal))
            verdict = verdict[..^WindowEvidence.AfterRestore.Length];
        var isLate = verdict.EndsWith(Late, StringComparison.Ordinal);
        if (isLate)
            verdict = verdict[..^Late.Length];
        var place = ReportPlace.Of(verdict);
        if (place is not null)
            verdict = verdict.Replace($", {place.Words}", "", StringComparison.Ordinal);
        return new HourCell(StateOf(verdict), isLate, place?.Number);
    }

    private static HourState StateOf(string word) => word switch
    {
        "in-use" => HourState.InUse,
        "only-admins" => HourState.OnlyAdmins,
        "only-admins-in-part" => HourState.OnlyAdminsInPart,
        "nobody" => HourState.Nobody,
        "visitors-only" => HourState.VisitorsOnly,
        "not-seen" => HourState.NotSeen,
        "not-looked-at" => HourState.NotLookedAt,
        _ => HourState.NoRecord,
    };
}
