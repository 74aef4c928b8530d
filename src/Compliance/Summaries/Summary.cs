using Athena.Common.State.Audit;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Summaries;

/// <summary>Hours and days at a glance, made from the audit's verdicts: no names.</summary>
/// <param name="Hours"><c>REPORT_HOURS</c>: the full hours at which windows end, in order; 24 is midnight, the last of its day.</param>
/// <param name="Days">In order, without holes.</param>
/// <param name="MadeAt">When it was asked for.</param>
/// <param name="AuditHead">The newest line of the audit then; null when there is none.</param>
internal sealed record Summary(IReadOnlyList<int> Hours, IReadOnlyList<SummaryDay> Days, DateTimeOffset MadeAt, AuditAnchor? AuditHead)
{
    /// <summary>How long an hour is, as <c>WINDOW</c> says.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What was reported, by hour; what is void stands before what replaced it.</summary>
    public IReadOnlyList<SummaryReport> Reports { get; init; } = [];

    /// <summary>Reports of its months that the audit should have and has not: younger ones have a higher number.</summary>
    public IReadOnlyList<ReportPlace> Missing { get; init; } = [];

    public DateOnly From => Days[0].Day;

    public DateOnly To => Days[^1].Day;

    public int Count(HourState state) => Cells.Count(cell => cell.State == state);

    public int Due => Cells.Count(cell => cell.State != HourState.NotDue);

    public int Late => Cells.Count(cell => cell.IsLate && cell.State != HourState.NotLookedAt);

    private IEnumerable<HourCell> Cells => Days.SelectMany(day => day.Hours);
}

/// <summary>A local day of a summary.</summary>
/// <param name="Hours">One for each of <see cref="Summary.Hours"/>.</param>
internal sealed record SummaryDay(DateOnly Day, IReadOnlyList<HourCell> Hours);

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

/// <summary>What is left of an hour for those who ask later.</summary>
internal enum HourState
{
    /// <summary>No report was due: a day or an hour that is not looked at, before the installation, or still to come.</summary>
    NotDue,

    InUse,

    OnlyAdmins,

    OnlyAdminsInPart,

    Nobody,

    /// <summary>Nobody who had signed in; visitors without a login were given dashboards.</summary>
    VisitorsOnly,

    NotSeen,

    /// <summary>Recorded as not looked at: it was too long ago when the daemon came back.</summary>
    NotLookedAt,

    /// <summary>It was due and the audit has nothing about it.</summary>
    NoRecord,
}

/// <summary>A report that was made in the time of a summary.</summary>
/// <param name="Day">In whose row its hour stands.</param>
/// <param name="Number">As people read it: <c>AC-2026-11-20T0900+0200</c>.</param>
/// <param name="State">What it said.</param>
/// <param name="Place">Which of its month it is; null where it was made before they were counted.</param>
/// <param name="IsVoid">It was taken back, or replaced by another one of the same hour.</param>
internal sealed record SummaryReport(DateOnly Day, string Number, HourState State, int? Place, bool IsVoid);
