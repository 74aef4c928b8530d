using Athena.Compliance.Evidence;

namespace Athena.Compliance.Summaries;

/// <summary>An hour of a summary: the verdict, and whether it came late.</summary>
internal readonly record struct HourCell(HourState State, bool IsLate = false)
{
    private const string Late = ", late";

    /// <summary>From the audit's verdict, see <see cref="WindowEvidence.Verdict"/>. A word that is not known is no record.</summary>
    public static HourCell Of(string verdict)
    {
        if (verdict.EndsWith(WindowEvidence.AfterRestore, StringComparison.Ordinal))
            verdict = verdict[..^WindowEvidence.AfterRestore.Length];
        var isLate = verdict.EndsWith(Late, StringComparison.Ordinal);
        return new HourCell(StateOf(isLate ? verdict[..^Late.Length] : verdict), isLate);
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
