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
