using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Compliance.Policy;

/// <summary>All that a decision rests on.</summary>
/// <param name="Actors">Everybody who is in the log of the window, our own requests and the sight probe apart; by role, then
/// requests.</param>
/// <param name="Coverage">What of the window could be seen.</param>
/// <param name="KnowsPeople">Whether Grafana's list of users could be read.</param>
internal sealed record WindowFacts(IReadOnlyList<Actor> Actors, Coverage Coverage, bool KnowsPeople)
{
    public Visitors Visitors { get; init; } = Visitors.None;

    /// <summary>Why lists of service accounts could not be read; of weight only where somebody acted whom no list has.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    public IEnumerable<Actor> AtWork(Role role) => Actors.Where(actor => actor.Role == role && actor.WasAtWork);
}
