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

/// <summary>One dashboard of one user. <paramref name="Uid"/> is hostile text.</summary>
/// <param name="Opens">How often they opened it; a reload is an open.</param>
/// <param name="IsOnScreen">A query from it was seen, so it was on screen even if it was opened before the window.</param>
public sealed record DashboardActivity(string Uid, long Opens, bool IsOnScreen, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary>What proves that a user was at work, weakest first (docs/grafana.md §4).</summary>
public enum ActivityProof
{
    /// <summary>Nothing but what a page does by itself: token rotation, the live channel, front-end metrics.</summary>
    TabOnly,

    /// <summary>Nothing but requests that are proved to be the image renderer's, in that name.</summary>
    RendererOnly,

    /// <summary>Any other request.</summary>
    Other,

    /// <summary>They queried data.</summary>
    Queried,

    /// <summary>They opened a dashboard.</summary>
    OpenedDashboard,
}
