using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.Policy;

/// <summary>What a part of Grafana's log says of Grafana's database.</summary>
/// <param name="IsSeen">Whether it was seen whole, so that no failure means that there was none.</param>
/// <param name="Failures">Null when it says of none.</param>
internal sealed record DatabaseSight(bool IsSeen, DatabaseFailures? Failures)
{
    public static DatabaseSight Unseen { get; } = new(false, null);
}
