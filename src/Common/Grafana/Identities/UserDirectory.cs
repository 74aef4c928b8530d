using Athena.Common.Grafana.Api;

namespace Athena.Common.Grafana.Identities;

/// <summary>Who is who among the ids of the log, as Grafana's API told it at one time.</summary>
/// <param name="Users">All accounts; null when they could not be read.</param>
/// <param name="ServiceAccounts">Those of each organisation that told its own, see <see cref="Gaps"/>; null when none did.</param>
/// <param name="Organisations">Names by id; empty when they could not be read.</param>
public sealed record UserDirectory(
    IReadOnlyDictionary<long, GrafanaUser>? Users,
    IReadOnlyDictionary<long, ServiceAccount>? ServiceAccounts,
    IReadOnlyDictionary<long, string> Organisations)
{
    /// <summary>Without Grafana: nothing is known of anybody.</summary>
    public static UserDirectory Unread { get; } = new(null, null, new Dictionary<long, string>());

    /// <summary>When <see cref="Users"/> were read, by our clock; null when they were not.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>
    /// Organisations whose service accounts are not among <see cref="ServiceAccounts"/>. Of no weight as long as everybody who acts is in
    /// one of the lists: an id has one owner in all of Grafana.
    /// </summary>
    public IReadOnlyList<UserDirectoryGap> Gaps { get; init; } = [];

    /// <param name="login">As in the log; looked at only when a list is missing.</param>
    public IdentityKind KindOf(long id, string login)
    {
        if (ServiceAccounts?.ContainsKey(id) == true)
            return IdentityKind.ServiceAccount;
        if (Users?.ContainsKey(id) == true)
            return IdentityKind.Person;
        return (ServiceAccounts is null || Gaps.Count > 0) && LooksLikeServiceAccount(login)
            ? IdentityKind.ProbablyServiceAccount
            : IdentityKind.Unknown;
    }

    /// <summary>
    /// <c>sa-</c>, the number of its organisation, <c>-</c> and a name: what Grafana gives to a service account, and anybody may give
    /// themselves.
    /// </summary>
    private static bool LooksLikeServiceAccount(string login)
    {
        if (!login.StartsWith("sa-", StringComparison.Ordinal))
            return false;
        int end = login.IndexOf('-', "sa-".Length);
        return end > "sa-".Length && login.AsSpan("sa-".Length..end).IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
