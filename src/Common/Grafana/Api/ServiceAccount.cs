namespace Athena.Common.Grafana.Api;

/// <summary>A service account of one organisation; the only positive proof that an id is not a person (docs/grafana.md §5).</summary>
public sealed record ServiceAccount(long Id, string Login, string Name, long OrgId, string Role, bool IsDisabled)
{
    /// <summary>When it was made; only its own record says so, no list does (recorded).</summary>
    public DateTimeOffset? Created { get; init; }
}
