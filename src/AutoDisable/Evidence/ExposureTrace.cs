namespace Athena.AutoDisable.Evidence;

/// <summary>
/// What the log has shown so far of one user id, and how far the log itself could be seen. A copy: later lines do not change it.
/// </summary>
/// <param name="Requests">Their request lines, whatever they are.</param>
/// <param name="FirstStart">When the first of their requests began: its line's time less its duration; null without a line.</param>
/// <param name="LastStart">When the last of their requests began; null without a line.</param>
/// <param name="LivePages">How often a page of theirs opened its websocket. Closing is never logged.</param>
/// <param name="Refused">Their requests with status 401 or 403.</param>
/// <param name="Dashboards">In the order in which they were first seen; no more than <see cref="ExposureRecorder.MostDashboards"/>.</param>
/// <param name="Addresses">Addresses that their requests claimed.</param>
/// <param name="Organisations">Organisations in which they made requests.</param>
/// <param name="Deeds">What could have changed something; refusals only of critical kinds.</param>
/// <param name="IsCut">True when they did more than is kept here one by one; the counts still hold all.</param>
/// <param name="LogFrom">From when on this process has followed the log: its start, or the time of the first line it read, if that is
/// older.</param>
/// <param name="LastPlainAnswer">Time of the last line with status 200 or 304 of anybody: proof that these are logged; null for
/// none.</param>
/// <param name="CrowdedOutAt">When strangers were so many that the trace of one was given up; null for never.</param>
internal sealed record ExposureTrace(
    int Requests,
    DateTimeOffset? FirstStart,
    DateTimeOffset? LastStart,
    int LivePages,
    int Refused,
    IReadOnlyList<DashboardView> Dashboards,
    IReadOnlyList<string> Addresses,
    IReadOnlyList<long> Organisations,
    IReadOnlyList<ObservedAction> Deeds,
    bool IsCut,
    DateTimeOffset LogFrom,
    DateTimeOffset? LastPlainAnswer,
    DateTimeOffset? CrowdedOutAt)
{
    /// <summary>How often they asked for data; refusals are none.</summary>
    public int Queries { get; init; }
}
