using Athena.Common.Database;
using Athena.Common.Text;
using Npgsql;
using static Athena.Common.Database.Rows;

namespace Athena.Common.State.AuditCopies;

/// <summary>What making or carrying forward the copy's tables came to.</summary>
/// <param name="Said">What was done, or would be, a sentence each.</param>
/// <param name="Problem">Why nothing was changed; null when it was done.</param>
internal sealed record AuditMigration(IReadOnlyList<string> Said, string? Problem)
{
    /// <summary>For sentences.</summary>
    public const string Command = "sudo athena-workers audit-database migrate";

    private const int OldestServer = 130000;

    /// <summary>Does it in one transaction, and forgets the connection.</summary>
    /// <param name="owner">As <c>AUDIT_DATABASE</c>, of the role to which all of it is to belong; a secret.</param>
    /// <param name="roles">Those of the daemons, which may add lines afterwards and read them.</param>
    /// <param name="reader">One that may read the views; null for none.</param>
    /// <param name="isDryRun">All of it is tried, and taken back.</param>
    /// <param name="cancel">Gives up; the server takes back what was begun.</param>
    public static async Task<AuditMigration> RunAsync(
        string owner, IReadOnlyCollection<string> roles, string? reader, bool isDryRun, CancellationToken cancel)
    {
        if (!DatabaseAddress.TryRead(AuditDatabase.Setting with { Key = "The connection" }, owner, out var address, out var problem))
            return new AuditMigration([], problem);
        address.ApplicationName = "athena-workers audit-database migrate";
        address.Pooling = false;
        var (text, place) = (new ServerText(address.Password), DatabaseAddress.Place(address));
        List<string> said = [];
        try
        {
            await using var source = DatabaseAddress.Source(address);
            await using var connection = await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
            if (await ObstacleAsync(connection, place, [.. roles, .. reader is null ? [] : (string[])[reader]], cancel)
                .ConfigureAwait(false) is { } obstacle)
                return new AuditMigration([], obstacle);
            var number = (await AuditDatabase.Schema.NumberAsync(connection, cancel).ConfigureAwait(false))!.Value;
            said.Add($"Database {VisibleText.Escape(address.Database!)} at {place}, PostgreSQL {connection.ServerVersion}");
            foreach (var step in await AuditDatabase.Schema.ApplyAsync(connection, number, cancel).ConfigureAwait(false))
                said.Add($"Step {step.Number}: {step.Title}");
            if (number == AuditDatabase.Schema.Newest) said.Add($"The tables are as this version wants them (step {number})");
            foreach (var role in roles) await GrantAsync(connection, role, "", cancel).ConfigureAwait(false);
            if (reader is not null) await GrantAsync(connection, "", reader, cancel).ConfigureAwait(false);
            said.AddRange(roles.Select(role => $"Role {VisibleText.Escape(role)} may add lines and read them, and have names erased"));
            if (reader is not null) said.Add($"Role {VisibleText.Escape(reader)} may read the views, which name nobody");
            if (isDryRun) await transaction.RollbackAsync(cancel).ConfigureAwait(false);
            else await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return new AuditMigration(said, null);
        }
        catch (PostgresException refused)
        {
            return new AuditMigration(said, $"The server at {place} says \"{text.Clean(refused.MessageText)}\" ({refused.SqlState}).");
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException or IOException)
        {
            return new AuditMigration(said, ConnectionTrouble.Of(fault, "the database", place, text, "the connection").Sentence);
        }
    }

    private static async Task<string?> ObstacleAsync(
        NpgsqlConnection connection, string place, string[] roles, CancellationToken cancel)
    {
        var (server, encoding, readsOnly, us, schemaOwner, isOurs) = (await connection.QueryAsync(
            Statement(
                """
                SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'),
                       current_setting('transaction_read_only')::boolean, current_user::text, n.owner,
                       coalesce(pg_has_role(n.nspowner, 'USAGE'), true)
                FROM (SELECT) one
                LEFT JOIN (SELECT nspowner, nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = $1) n ON true
                """,
                AuditDatabase.Schema.Name),
            row => (row.GetInt32(0), row.GetString(1), row.GetBoolean(2), row.GetString(3), row.GetText(4), row.GetBoolean(5)), cancel)
            .ConfigureAwait(false))[0];
        if (server < OldestServer) return $"The server at {place} is older than PostgreSQL 13, which is needed.";
        if (readsOnly) return $"The server at {place} only reads (a standby?): name the one that is written to.";
        if (encoding != "UTF8")
            return $"The database keeps text as {encoding}, and names may hold any letter: make one with CREATE DATABASE … ENCODING "
                + "'UTF8' TEMPLATE template0.";
        if (!isOurs)
            return $"Schema {AuditDatabase.Schema.Name} belongs to {VisibleText.Escape(schemaOwner!)}: run this as that role.";
        var number = await AuditDatabase.Schema.NumberAsync(connection, cancel).ConfigureAwait(false);
        if (number is null) return $"Schema {AuditDatabase.Schema.Name} is there, and is none of ours: take another database.";
        if (number > AuditDatabase.Schema.Newest)
            return $"The tables were made by a newer version (step {number}, and this one knows {AuditDatabase.Schema.Newest}): bring "
                + "athena-workers on this host up to date.";

        var known = await connection.QueryAsync(
            Statement(
                """
                SELECT rolname::text, rolsuper OR pg_has_role(oid, coalesce(
                    (SELECT nspowner FROM pg_namespace WHERE nspname = $2), current_user::regrole), 'MEMBER')
                FROM pg_roles WHERE rolname = ANY ($1)
                """,
                roles, AuditDatabase.Schema.Name),
            row => (Name: row.GetString(0), IsOwner: row.GetBoolean(1)), cancel).ConfigureAwait(false);
        if (roles.Except(known.Select(role => role.Name)).FirstOrDefault() is { } missing)
            return $"There is no role {VisibleText.Escape(missing)}. Make it: CREATE ROLE \"{VisibleText.Escape(missing)}\" LOGIN "
                + "PASSWORD '…'; with what AUDIT_DATABASE says.";
        return known.FirstOrDefault(role => role.IsOwner) is { Name: { } mighty }
            ? $"Role {VisibleText.Escape(mighty)} of AUDIT_DATABASE may do what the owner may, and so could change what was copied: give "
                + $"the daemons one of their own, and run this as another one than that (you are {VisibleText.Escape(us)})."
            : null;
    }

    private static async Task GrantAsync(NpgsqlConnection connection, string role, string reader, CancellationToken cancel)
    {
        await using (var set = connection.Batch(Statement(
            "SELECT set_config('athena_audit.role', $1, true), set_config('athena_audit.reader', $2, true)", role, reader)))
            await set.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        await using var run = new NpgsqlCommand(EmbeddedSql.Read("audit-database-grants.sql"), connection);
        await run.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }
}
