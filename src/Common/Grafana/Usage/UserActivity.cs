namespace Athena.Common.Grafana.Usage;

/// <summary>What one user did in one organisation.</summary>
/// <param name="Login">As last written, in whichever organisation; hostile text.</param>
/// <param name="OrgId">-1 in none.</param>
/// <param name="Proof">The strongest proof that somebody was at work; <see cref="ActivityProof.TabOnly"/> is no work.</param>
/// <param name="RendererRequests">Of <paramref name="Requests"/>, those that are proved to be the image renderer's, in that name
/// (<see cref="Pictures"/>).</param>
/// <param name="Dashboards">By opens, then on screen, then uid.</param>
/// <param name="Marks">Bit n is set when they made a request that is work in the n-th five minutes since the window began, n below 64; 0
/// without a window.</param>
public sealed record UserActivity(
    long Id,
    string Login,
    long OrgId,
    long Requests,
    long RendererRequests,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    ActivityProof Proof,
    IReadOnlyList<DashboardActivity> Dashboards,
    ulong Marks)
{
    /// <summary>
    /// Something was done that only a browser does, and not the image renderer's: a page was loaded, the live channel opened, something
    /// asked for from a page. People do; a service account that does is used by a person.
    /// </summary>
    public bool IsInBrowser { get; init; }

    /// <summary>
    /// When the same id was seen shortly before the window (<see cref="ActivityCounterOptions.Around"/>), at first; null when it was not.
    /// </summary>
    public DateTimeOffset? SeenBefore { get; init; }
}
