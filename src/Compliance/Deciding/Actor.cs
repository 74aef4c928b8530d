using Athena.Common.Activities;

namespace Athena.Compliance.Deciding;

/// <summary>Somebody in the window, over all organisations that he worked in.</summary>
/// <param name="Login">As last written in the log; hostile text.</param>
/// <param name="Name">As Grafana lists it; null when it does not. Hostile text.</param>
/// <param name="Role">As what he counts.</param>
/// <param name="Proof">The strongest proof that he was at work.</param>
/// <param name="Dashboards">Those that he opened or had on screen, by opens.</param>
/// <param name="Marks">In which five minutes he was at work, see <see cref="UserActivity.Marks"/>.</param>
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

    /// <summary>A tab left open and pictures rendered in his name are no work (docs/grafana.md §4).</summary>
    public bool WasAtWork => Proof > ActivityProof.RendererOnly;
}
