namespace Athena.Compliance.Summaries;

/// <summary>A local day of a summary.</summary>
/// <param name="Hours">One for each of <see cref="Summary.Hours"/>.</param>
internal sealed record SummaryDay(DateOnly Day, IReadOnlyList<HourCell> Hours);
