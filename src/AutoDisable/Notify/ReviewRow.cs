using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Notify;

/// <summary>One account of a review.</summary>
/// <param name="User">As Grafana lists it.</param>
/// <param name="Word">By whose word the account is in.</param>
/// <param name="Since">When that was; null for those of the baseline.</param>
/// <param name="Until">When its access ends by itself; null when it does not.</param>
/// <param name="LastSeen">Null when it never signed in.</param>
/// <param name="IsUnused">Not seen for <see cref="Review.Unused"/>.</param>
internal sealed record ReviewRow(
    GrafanaUser User, string Word, DateTimeOffset? Since, DateTimeOffset? Until, DateTimeOffset? LastSeen, bool IsUnused)
{
    /// <summary>What the commands take to name exactly this account.</summary>
    public string Selector => User.Uid is { } uid ? $"uid:{uid}" : FormattableString.Invariant($"id:{User.Id}");
}
