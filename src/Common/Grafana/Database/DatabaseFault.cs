using Athena.Common.Database;
using Athena.Common.Text;
using Npgsql;

namespace Athena.Common.Grafana.Database;

/// <summary>What an exception of the database driver means for the caller, and the sentence that says what to do. Pure.</summary>
/// <remarks>The codes are those of the PostgreSQL manual, appendix A.</remarks>
internal sealed record DatabaseFault(UserTableOutcome Outcome, string Sentence)
{
    /// <param name="place">host and port, for the sentence</param>
    /// <param name="text">cleans and masks what the server says</param>
    public static DatabaseFault Of(Exception fault, string place, ServerText text)
    {
        if (fault is PostgresException said)
        {
            var words = $"\"{text.Clean(said.MessageText)}\" ({said.SqlState})";
            return said.SqlState switch
            {
                PostgresErrorCodes.InsufficientPrivilege =>
                    new(UserTableOutcome.Refused, $"Grafana's database at {place} says {words}: run {GrantsScript.Path} there."),
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                    new(UserTableOutcome.SignInFailed,
                        $"Grafana's database at {place} does not let us in: {words}. Check user and password in GRAFANA_DATABASE, and "
                        + "pg_hba.conf."),
                PostgresErrorCodes.InvalidCatalogName =>
                    new(UserTableOutcome.SignInFailed,
                        $"Grafana's database at {place} says {words}: check the database's name in GRAFANA_DATABASE."),
                PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction
                    or PostgresErrorCodes.DatatypeMismatch =>
                    new(UserTableOutcome.UnknownTables, $"The tables at {place} are not those of a Grafana that we know: {words}."),
                PostgresErrorCodes.ReadOnlySqlTransaction =>
                    new(UserTableOutcome.Unavailable,
                        $"The server at {place} only reads (a standby?): GRAFANA_DATABASE must name the one that Grafana writes to."),
                PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected =>
                    new(UserTableOutcome.Busy,
                        $"Somebody else works on this account in Grafana's database at {place}: {words}. It is tried again at once."),
                PostgresErrorCodes.QueryCanceled =>
                    new(UserTableOutcome.Unavailable, $"Grafana's database at {place} was too busy: {words}."),
                _ => new(UserTableOutcome.Unavailable, $"Grafana's database at {place} says {words}."),
            };
        }

        var trouble = ConnectionTrouble.Of(fault, "Grafana's database", place, text, "GRAFANA_DATABASE");
        return new(trouble.IsUntrusted ? UserTableOutcome.SignInFailed : UserTableOutcome.Unavailable, trouble.Sentence);
    }
}
