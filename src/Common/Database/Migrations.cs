using System.Globalization;
using Npgsql;

namespace Athena.Common.Database;

/// <summary>One step forward of a schema; there is none back.</summary>
/// <param name="Number">Counted from 1, without gaps.</param>
/// <param name="Title">What it makes, for people.</param>
/// <param name="Sql">Statements without a transaction of their own.</param>
internal sealed record Migration(int Number, string Title, string Sql);

/// <summary>
/// A schema of ours, made and carried forward by numbered files of SQL that the package brings and that are embedded, so that both are one.
/// Which were run stands in its table <c>migration</c>.
/// </summary>
/// <param name="name">The schema; a plain word.</param>
/// <param name="files">How the names of its files begin; a number and <c>.sql</c> follow.</param>
internal sealed class MigratedSchema(string name, string files)
{
    public string Name => name;

    /// <summary>Those that this version knows, in their order.</summary>
    public IReadOnlyList<Migration> Known { get; } =
    [
        .. EmbeddedSql.Names.Where(file => file.StartsWith(files, StringComparison.Ordinal) && char.IsAsciiDigit(file[^5]))
            .Select(file => Read(file, files)).OrderBy(migration => migration.Number),
    ];

    /// <summary>How far a database that is as this version wants it has come.</summary>
    public int Newest => Known[^1].Number;

    /// <summary>How far this database has come; 0 where the schema is not there, null where it is and we may not look.</summary>
    public async Task<int?> NumberAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var rights = await connection.QueryAsync(
            Rows.Statement(
                """
                SELECT has_schema_privilege(n.oid, 'USAGE') AND coalesce(has_table_privilege(c.oid, 'SELECT'), false)
                FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'migration' WHERE n.nspname = $1
                """,
                name),
            row => row.GetBoolean(0), cancel).ConfigureAwait(false);
        if (rights.Count == 0) return 0;
        if (!rights[0]) return null;
        return (await connection.QueryAsync(
            Rows.Statement($"SELECT coalesce(max(number), 0) FROM {name}.migration"), row => row.GetInt32(0), cancel)
            .ConfigureAwait(false))[0];
    }

    /// <summary>
    /// Runs what is missing, in the connection's transaction: all of it is there after the commit, or none. Whoever runs it owns the
    /// schema.
    /// </summary>
    /// <returns>What was run.</returns>
    /// <exception cref="PostgresException">The server refuses.</exception>
    public async Task<IReadOnlyList<Migration>> ApplyAsync(NpgsqlConnection connection, int from, CancellationToken cancel)
    {
        if (from == 0)
            await RunAsync(
                $"""
                CREATE SCHEMA {name};
                REVOKE ALL ON SCHEMA {name} FROM PUBLIC;
                CREATE TABLE {name}.migration (
                    number integer PRIMARY KEY, title text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                    applied_by text NOT NULL DEFAULT current_user);
                """).ConfigureAwait(false);
        List<Migration> missing = [.. Known.Where(migration => migration.Number > from)];
        foreach (var migration in missing)
        {
            await RunAsync(migration.Sql).ConfigureAwait(false);
            await using var note = connection.Batch(Rows.Statement(
                $"INSERT INTO {name}.migration (number, title) VALUES ($1, $2)", migration.Number, migration.Title));
            await note.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }

        return missing;

        async Task RunAsync(string sql)
        {
            await using var run = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await run.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The first line says what it makes.</summary>
    private static Migration Read(string file, string files)
    {
        var sql = EmbeddedSql.Read(file);
        return new Migration(
            int.Parse(file.AsSpan()[files.Length..^4], NumberStyles.None, CultureInfo.InvariantCulture),
            sql[..sql.IndexOf('\n', StringComparison.Ordinal)].TrimStart('-', ' ').TrimEnd('.'), sql);
    }
}

/// <summary>The files of <c>packaging/sql</c> that are embedded.</summary>
internal static class EmbeddedSql
{
    private const string Prefix = "Athena.Common.sql.";

    public static IEnumerable<string> Names => typeof(EmbeddedSql).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]);

    public static string Read(string file)
    {
        using var stream = typeof(EmbeddedSql).Assembly.GetManifestResourceStream(Prefix + file)
            ?? throw new InvalidOperationException($"{file} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
