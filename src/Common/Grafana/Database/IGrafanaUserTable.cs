using System.Diagnostics.CodeAnalysis;

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

/// <summary>The typed outcome of one call. An answer is never an exception: what a database does is expected, whatever it does.</summary>
/// <param name="Value">The account as it was read back; null unless the outcome is Done or AlreadySo.</param>
/// <param name="Detail">A sentence for the sysadmin, without secrets: what was asked, what came back, what to do.</param>
public sealed record UserTableAnswer(UserTableOutcome Outcome, LockState? Value, string Detail)
{
    /// <summary>True when the account is as asked, whoever made it so.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsSo => Outcome is UserTableOutcome.Done or UserTableOutcome.AlreadySo && Value is not null;
}

/// <summary>How a call to Grafana's database ended, as far as the caller has to tell the cases apart.</summary>
public enum UserTableOutcome
{
    /// <summary>It was done, and read back so.</summary>
    Done,

    /// <summary>Nothing had to be changed, and it was read back so.</summary>
    AlreadySo,

    /// <summary>There is no such account: deleted, or its id belongs to somebody else now.</summary>
    Gone,

    /// <summary>We are signed in and may not. The detail names what is missing.</summary>
    Refused,

    /// <summary>
    /// The database does not let us in: role, password, certificate or pg_hba.conf. Trying again does not help by itself.
    /// </summary>
    SignInFailed,

    /// <summary>The tables are not those that we know; nothing is changed in them.</summary>
    UnknownTables,

    /// <summary>
    /// Somebody else holds the account's row, or the server broke the transaction off for another one. Nothing is wrong; a moment later it
    /// works.
    /// </summary>
    Busy,

    /// <summary>No usable answer: network, time-out, a server that starts or stops. Worth trying again.</summary>
    Unavailable,
}

/// <summary>Whether Grafana's tables can be used as they are. Each text is a sentence that names table, column or grant.</summary>
/// <param name="Outcome">Done when all is well; else the worst that was found.</param>
/// <param name="Problems">What is in the way; empty when <paramref name="Outcome"/> is Done.</param>
/// <param name="Cautions">What works but should not be so, such as a role that may do more than it needs.</param>
public sealed record UserTableFitness(UserTableOutcome Outcome, IReadOnlyList<string> Problems, IReadOnlyList<string> Cautions)
{
    public bool IsFit => Outcome == UserTableOutcome.Done;
}

/// <summary>What Grafana's tables say of one account.</summary>
/// <param name="IsDisabled">The flag <c>is_disabled</c>: set, no session is accepted and no sign-on goes through.</param>
/// <param name="Sessions">The account's rows in <c>user_auth_token</c>.</param>
public sealed record LockState(bool IsDisabled, long Sessions);
