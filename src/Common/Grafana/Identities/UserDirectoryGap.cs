namespace Athena.Common.Grafana.Identities;

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
