namespace Athena.Common.Grafana.Database;

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
