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

/// <summary>
/// What an id of the log is. A login that begins with <c>sa-</c> proves nothing: people may choose it (docs/grafana.md §1).
/// </summary>
public enum IdentityKind
{
    /// <summary>In the list of users.</summary>
    Person,

    /// <summary>Named by the service-account API.</summary>
    ServiceAccount,

    /// <summary>The lists could not be read, and the login looks like a service account's.</summary>
    ProbablyServiceAccount,

    /// <summary>In neither list, probably deleted, or the lists could not be read. Treated as a person.</summary>
    Unknown,
}

/// <summary>An organisation whose service accounts could not be read: whoever acted and is in no list may be one of them.</summary>
/// <param name="Why">A sentence for the sysadmin, with the permission that is missing and the command that gives it.</param>
/// <param name="IsRefused">Grafana refuses it: somebody must do something. Otherwise it did not answer.</param>
public sealed record UserDirectoryGap(long OrgId, string Why, bool IsRefused)
{
    private const int MostNamed = 5;

    /// <summary>One sentence for all that have the same reason.</summary>
    public static IReadOnlyList<string> Sentences(IEnumerable<UserDirectoryGap> gaps) =>
    [
        .. gaps.GroupBy(gap => gap.Why.Replace($" in the organisation {gap.OrgId}", "", StringComparison.Ordinal), StringComparer.Ordinal)
            .Select(same =>
            {
                var ids = same.Select(gap => gap.OrgId).Order().ToList();
                var more = ids.Count > MostNamed ? $" and {ids.Count - MostNamed} more" : "";
                return $"Organisation{(ids.Count == 1 ? "" : "s")} {string.Join(", ", ids.Take(MostNamed))}{more}: {same.Key}";
            }),
    ];
}

/// <summary>A roster, and what could not be read of it.</summary>
/// <param name="Problems">A sentence for each part that is missing or old; it may hold text of the server's, cleaned.</param>
/// <param name="IsNews">True when other parts are in trouble than at the reading before: worth a line in the journal, once.</param>
public sealed record UserDirectoryReading(UserDirectory UserDirectory, IReadOnlyList<string> Problems, bool IsNews);
