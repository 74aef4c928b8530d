namespace Athena.ActiveUsers.History;

/// <summary>
/// A day in the zone of <c>TIMEZONE</c>. Who was there twice is not known, names are not kept: users are those of the busiest window.
/// </summary>
/// <param name="Windows">How many windows were read.</param>
/// <param name="Unseen">How many of them were not seen whole.</param>
/// <param name="PeakUsers">Most users in one window.</param>
internal sealed record DayTotals(
    DateOnly Day, int Windows, int Unseen, int PeakUsers, long Requests, long FailedLogins, long SignUps, long ServerErrors)
{
    public static DayTotals Of(DateOnly day, IReadOnlyList<WindowTotals> windows) => new(
        day, windows.Count, windows.Count(window => !window.IsComplete), windows.Max(window => window.Users),
        windows.Sum(window => window.Requests),
        windows.Sum(window => window.FailedLogins), windows.Sum(window => window.SignUps), windows.Sum(window => window.ServerErrors));
}
