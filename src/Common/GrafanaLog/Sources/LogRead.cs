namespace Athena.Common.GrafanaLog.Sources;

/// <summary>What one look at a followed log brought.</summary>
/// <param name="Lines">Complete lines handed to the handler.</param>
/// <param name="Position">Where reading goes on; null while there is nothing to stand on (file absent).</param>
/// <param name="Gap">A gap discovered by this look (truncated, rotated away unread); null when there is none.</param>
/// <param name="Problem">Why nothing can be read now (absent, permission denied, console format), with the remedy; null when
/// readable.</param>
public sealed record LogRead(int Lines, LogPosition? Position, LogContinuity? Gap, string? Problem);
