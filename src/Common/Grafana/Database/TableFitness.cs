using Athena.Common.Database;
using Npgsql;
using static Athena.Common.Database.Rows;

namespace Athena.Common.Grafana.Database;

/// <summary>
/// Compares the database with what the two statements of <see cref="GrafanaUserTable"/> rely on. Grafana changes its tables when it is
/// upgraded and promises nothing about them: better a sentence at the start than a door that stays open unnoticed.
/// </summary>
internal static class TableFitness
{
    private static readonly Wanted[] Columns =
    [
        new("user", "id", ["integer", "bigint"], Update: false),
        new("user", "uid", ["character varying", "text"], Update: false),
        new("user", "is_disabled", ["boolean"], Update: true),
        new("user_auth_token", "user_id", ["bigint", "integer"], Update: false),
    ];

    /// <summary>Asks PostgreSQL's own catalogue, which answers also about tables that we may not read.</summary>
    public static async Task<UserTableFitness> ExamineAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = connection.Batch(
            Statement(
                """
                SELECT to_regclass(quote_ident(w.relation)) IS NOT NULL, format_type(a.atttypid, NULL),
                       coalesce(has_column_privilege(a.attrelid, a.attnum, 'SELECT'), false),
                       coalesce(has_column_privilege(a.attrelid, a.attnum, 'UPDATE'), false)
                FROM unnest($1, $2) WITH ORDINALITY AS w(relation, name, place)
                LEFT JOIN pg_attribute a
                  ON a.attrelid = to_regclass(quote_ident(w.relation)) AND a.attname = w.name AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY w.place
                """,
                Columns.Select(c => c.Table).ToArray(),
                Columns.Select(c => c.Column).ToArray()),
            Statement(
                """
                SELECT current_user::text, current_database()::text, current_setting('transaction_read_only')::boolean,
                       coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = current_user), false),
                       coalesce(has_table_privilege(to_regclass('user_auth_token'), 'DELETE'), false),
                       (SELECT string_agg(attname::text, ', ' ORDER BY attnum) FROM pg_attribute
                        WHERE attrelid = to_regclass('"user"') AND attnum > 0 AND NOT attisdropped AND attname <> 'is_disabled'
                          AND has_column_privilege(attrelid, attnum, 'UPDATE'))
                """));
        await using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var found = await reader.RestAsync(
            row => new Found(row.GetBoolean(0), row.GetText(1), row.GetBoolean(2), row.GetBoolean(3)), cancel).ConfigureAwait(false);
        var role = await reader.NextAsync(
            row => new Role(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3), row.GetBoolean(4), row.GetText(5)),
            cancel).ConfigureAwait(false);
        return Judge(found, role.Single());
    }

    private static UserTableFitness Judge(List<Found> found, Role role)
    {
        List<string> strange = [], missing = [], cautions = [];
        foreach (var (wanted, now) in Columns.Zip(found))
        {
            var name = $"column {wanted.Column} of table \"{wanted.Table}\"";
            if (!now.HasTable)
                strange.Add(
                    $"There is no table \"{wanted.Table}\" in database {role.Database} that role {role.Name} can see: is it the one under "
                    + "[database] in grafana.ini?");
            else if (now.Type is null)
                strange.Add($"There is no {name} in database {role.Database}: this Grafana's tables are not those that are known here.");
            else if (!wanted.Types.Contains(now.Type))
                strange.Add($"The {name} is of type {now.Type}, expected {wanted.Types[0]}.");
            else if (!now.MayRead)
                missing.Add($"Role {role.Name} may not SELECT {name}: run {GrantsScript.Path}.");
            else if (wanted.Update && !now.MayUpdate)
                missing.Add($"Role {role.Name} may not UPDATE {name}: run {GrantsScript.Path}.");
        }

        var sessions = found[^1];
        if (sessions.HasTable && !role.MayDeleteSessions)
            missing.Add($"Role {role.Name} may not DELETE from table \"user_auth_token\": run {GrantsScript.Path}.");
        if (role.IsSuperuser)
            cautions.Add($"Role {role.Name} is a superuser: make one that may do no more than is needed with {GrantsScript.Path}.");
        else if (role.MayAlsoUpdate is { } columns)
            cautions.Add(
                $"Role {role.Name} may also change {columns} of table \"user\", which is not needed: {GrantsScript.Path} makes one that "
                + "may not.");

        string[] readsOnly = role.ReadsOnly
            ? ["The server only reads (a standby?): GRAFANA_DATABASE must name the one that Grafana writes to."]
            : [];
        var outcome = strange.Count > 0 ? UserTableOutcome.UnknownTables
            : missing.Count > 0 ? UserTableOutcome.Refused
            : readsOnly.Length > 0 ? UserTableOutcome.Unavailable
            : UserTableOutcome.Done;
        return new UserTableFitness(outcome, [.. strange.Distinct(), .. missing, .. readsOnly], cautions);
    }

    private sealed record Wanted(string Table, string Column, string[] Types, bool Update);

    private sealed record Found(bool HasTable, string? Type, bool MayRead, bool MayUpdate);

    private sealed record Role(
        string Name, string Database, bool ReadsOnly, bool IsSuperuser, bool MayDeleteSessions, string? MayAlsoUpdate);
}

/// <summary>The rights that the daemon needs in Grafana's database: a file of SQL that the package brings.</summary>
public static class GrantsScript
{
    public const string Name = "grafana-auto-disable-grants.sql";

    /// <summary>Where it lies on a host on which the package is installed.</summary>
    public const string Path = "/usr/share/doc/grafana-auto-disable/examples/" + Name;
}
