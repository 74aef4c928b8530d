namespace Athena.Common.Grafana.Database;

/// <summary>
/// Grafana's own tables, for the one thing that its API refuses: keeping out an account that comes from single sign-on, LDAP or a proxy
/// (docs/grafana.md §5). Every method answers with a typed outcome and throws only <see cref="OperationCanceledException"/> when its
/// token is cancelled. All calls are idempotent: repeating one is harmless.
/// </summary>
/// <remarks>
/// An account is named by id <b>and</b> uid, because ids come back after a restore: a row with the same id and another uid is
/// <see cref="UserTableOutcome.Gone"/>. A null or empty uid means a row that has none, as old versions of Grafana wrote.
/// </remarks>
public interface IGrafanaUserTable
{
    /// <summary>Whether the tables are those that we know and the role may do what is needed. Changes nothing.</summary>
    Task<UserTableFitness> CheckAsync(CancellationToken cancel);

    /// <summary>The flag and the number of sessions as they are now: <see cref="UserTableOutcome.Done"/> with a value.</summary>
    Task<UserTableAnswer> ReadAsync(long id, string? uid, CancellationToken cancel);

    /// <summary>
    /// Sets the flag and deletes the sessions in one transaction, then reads back. Done or AlreadySo mean: read back as disabled and
    /// without a session. Its next request is 401 and its next sign-on ends at the login form.
    /// </summary>
    Task<UserTableAnswer> DisableAsync(long id, string? uid, CancellationToken cancel);

    /// <summary>Clears the flag and reads back. It is the only way to let an external account in again: the API refuses that too.</summary>
    Task<UserTableAnswer> EnableAsync(long id, string? uid, CancellationToken cancel);
}
