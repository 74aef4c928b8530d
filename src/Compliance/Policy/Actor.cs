using Athena.Common.Grafana.Usage;

namespace Athena.Compliance.Policy;

/// <summary>Somebody in the window, over all organisations that they worked in.</summary>
/// <param name="Login">As last written in the log; hostile text.</param>
/// <param name="Name">As Grafana lists it; null when it does not. Hostile text.</param>
/// <param name="Role">What they count as.</param>
/// <param name="Proof">The strongest proof that they were at work.</param>
/// <param name="Dashboards">Those that they opened or had on screen, by opens.</param>
/// <param name="Marks">In which five minutes they were at work, see <see cref="UserActivity.Marks"/>.</param>
internal sealed record Actor(
    long Id,
    string Login,
    string? Name,
    Role Role,
    ActivityProof Proof,
    long Requests,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    IReadOnlyList<DashboardActivity> Dashboards,
    ulong Marks)
{
    /// <summary>Why a service account may be a person; null for all others.</summary>
    public Doubt? Doubt { get; init; }

    /// <summary>A tab left open and pictures rendered in their name are no work (docs/grafana.md §4).</summary>
    public bool WasAtWork => Proof > ActivityProof.RendererOnly;
}
