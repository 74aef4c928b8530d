namespace Athena.Common.Grafana.Identities;

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
