namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>A part of a window of which the log does not tell everything.</summary>
/// <param name="From">Inside the window.</param>
/// <param name="To">Inside the window; the whole of it when the defect has no place in time
/// (<see cref="GapCause.RouterLoggingOff"/>).</param>
/// <param name="Why">A phrase for people, without the times: <c>journald dropped 112 lines</c>, <c>the log begins at 06:04</c>.</param>
public sealed record Gap(DateTimeOffset From, DateTimeOffset To, GapCause Cause, string Why);
