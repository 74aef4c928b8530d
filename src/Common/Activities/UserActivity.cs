namespace Athena.Common.Activities;

/// <summary>What one user did in one organisation.</summary>
/// <param name="Login">As last written, in whichever organisation; hostile text.</param>
/// <param name="OrgId">-1 in none.</param>
/// <param name="Proof">The strongest proof that somebody was at work; <see cref="ActivityProof.TabOnly"/> is no work.</param>
/// <param name="RendererRequests">Of <paramref name="Requests"/>, those by the image renderer in his name.</param>
/// <param name="Dashboards">By opens, then on screen, then uid.</param>
/// <param name="Marks">Bit n is set when he made a request that is work in the n-th five minutes since the window began, n below 64; 0 without a window.</param>
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
    ulong Marks);
