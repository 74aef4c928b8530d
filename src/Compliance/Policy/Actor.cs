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

/// <summary>As what somebody in the log is counted.</summary>
internal enum Role
{
    /// <summary>One of <c>ADMIN_USER_IDS</c>.</summary>
    Admin,

    /// <summary>A person who is none of them.</summary>
    User,

    /// <summary>In no list of Grafana's, so perhaps a person: nothing may be claimed without knowing.</summary>
    Unknown,

    /// <summary>An account that was new and was disabled by our account; neither use nor anybody's business but our own.</summary>
    Stranger,

    /// <summary>One of <c>DISPLAY_USER_IDS</c>: a screen on a wall.</summary>
    Display,

    /// <summary>The daemons' own account, with requests that are none of the daemons': somebody uses it.</summary>
    Ours,

    /// <summary>A service account.</summary>
    Machine,
}

/// <summary>Why a service account may be a person, so that nothing can be claimed of its hour.</summary>
internal enum Doubt
{
    /// <summary>It did what only a browser does, outside of a picture that it had asked for.</summary>
    InBrowser,

    /// <summary>It was made less than a day before.</summary>
    MadeOfLate,

    /// <summary>Grafana did not tell when it was made.</summary>
    AgeNotKnown,
}
