using Athena.Common.Grafana.Usage;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Evidence;

/// <summary>Somebody in a window as they are kept and shown. Login and name are hostile text.</summary>
/// <param name="Marks">Bit n: at work in the n-th five minutes of the window.</param>
internal sealed record EvidencePerson(
    long Id,
    string Login,
    string? Name,
    Role Role,
    ActivityProof Proof,
    long Requests,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    IReadOnlyList<EvidenceDashboard> Dashboards,
    ulong Marks)
{
    /// <inheritdoc cref="Actor.Doubt"/>
    public Doubt? Doubt { get; init; }
}
