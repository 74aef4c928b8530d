using Athena.Common.Grafana;

namespace Athena.AutoDisable;

/// <summary>One account of a review.</summary>
/// <param name="User">As Grafana lists it.</param>
/// <param name="Word">By whose word he is in.</param>
/// <param name="Since">When that was; null for those of the baseline.</param>
/// <param name="Until">When his access ends by itself; null when it does not.</param>
/// <param name="LastSeen">Null when he never signed in.</param>
/// <param name="IsUnused">Not seen for <see cref="Review.Unused"/>.</param>
internal sealed record ReviewRow(
    GrafanaUser User, string Word, DateTimeOffset? Since, DateTimeOffset? Until, DateTimeOffset? LastSeen, bool IsUnused)
{
    /// <summary>What the commands take to name exactly this account.</summary>
    public string Selector => User.Uid is { } uid ? $"uid:{uid}" : FormattableString.Invariant($"id:{User.Id}");
}
