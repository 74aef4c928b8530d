namespace Athena.Compliance.Summaries;

/// <summary>A report that was made in the time of a summary.</summary>
/// <param name="Day">In whose row its hour stands.</param>
/// <param name="Number">As people read it: <c>AC-2026-11-20T0900+0200</c>.</param>
/// <param name="State">What it said.</param>
/// <param name="Place">Which of its month it is; null where it was made before they were counted.</param>
/// <param name="IsVoid">It was taken back, or replaced by another one of the same hour.</param>
internal sealed record SummaryReport(DateOnly Day, string Number, HourState State, int? Place, bool IsVoid);
