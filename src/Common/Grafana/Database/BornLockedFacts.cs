using Npgsql;
using static Athena.Common.Grafana.Database.Rows;

namespace Athena.Common.Grafana.Database;

/// <summary>What PostgreSQL's catalogue says of the triggers on Grafana's table and of what they need.</summary>
internal sealed record BornLockedFacts(
    string Role, string? TableOwner, string? SchemaOwner, IReadOnlyList<string> Columns, bool HasUserAuth,
    IReadOnlyList<TriggerFacts> Triggers, IReadOnlyList<FunctionFacts> Functions, MarkTableFacts? Marks)
{
    private const string Begin = """
        SELECT current_user::text, (SELECT relowner::regrole::text FROM pg_class WHERE oid = to_regclass('"user"')),
               (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'athena_workers'),
               (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = to_regclass('"user"') AND attnum > 0 AND NOT attisdropped),
               EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('user_auth') AND attname = 'user_id' AND NOT attisdropped)
        """;

    private const string OfTriggers = """
        SELECT t.tgname::text, t.tgtype::integer, t.tgenabled::text, t.tgqual IS NOT NULL, n.nspname::text, p.proname::text, encode(t.tgargs, 'escape')
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE t.tgrelid = to_regclass('"user"') AND NOT t.tgisinternal ORDER BY t.tgname
        """;

    private const string OfFunctions = """
        SELECT p.proname::text, p.prosrc, p.prosecdef, coalesce(p.proconfig, '{}'), p.proowner::regrole::text,
               o.rolsuper OR (has_schema_privilege(p.proowner, p.pronamespace, 'USAGE') AND coalesce(has_table_privilege(p.proowner, h.oid, 'SELECT, INSERT, UPDATE'), false)),
               o.rolsuper OR coalesce(has_table_privilege(p.proowner, to_regclass('user_auth'), 'SELECT'), false), o.rolsuper
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
        LEFT JOIN pg_class h ON h.relnamespace = n.oid AND h.relname = 'held'
        WHERE n.nspname = 'athena_workers'
        """;

    private const string OfMarks = """
        SELECT (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
               EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisunique AND indnkeyatts = 1
                       AND indkey[0] = (SELECT attnum FROM pg_attribute WHERE attrelid = c.oid AND attname = 'user_id' AND NOT attisdropped)),
               has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'DELETE') AND has_any_column_privilege(c.oid, 'INSERT'),
               c.relowner::regrole::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'athena_workers' AND c.relname = 'held'
        """;

    public static async Task<BornLockedFacts> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = connection.Batch(Statement(Begin), Statement(OfTriggers), Statement(OfFunctions), Statement(OfMarks));
        await using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var facts = await reader.RestAsync(
            row => new BornLockedFacts(
                row.GetString(0), row.GetText(1), row.GetText(2), row.IsDBNull(3) ? [] : row.GetFieldValue<string[]>(3), row.GetBoolean(4),
                [], [], null),
            cancel).ConfigureAwait(false);
        var triggers = await reader.NextAsync(
            row => new TriggerFacts(
                row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetBoolean(3), row.GetString(4), row.GetString(5),
                row.GetString(6)),
            cancel).ConfigureAwait(false);
        var functions = await reader.NextAsync(
            row => new FunctionFacts(
                row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<string[]>(3), row.GetString(4), row.GetBoolean(5),
                row.GetBoolean(6), row.GetBoolean(7)),
            cancel).ConfigureAwait(false);
        var marks = await reader.NextAsync(
            row => new MarkTableFacts(
                row.IsDBNull(0) ? [] : row.GetFieldValue<string[]>(0), row.GetBoolean(1), row.GetBoolean(2), row.GetString(3)),
            cancel).ConfigureAwait(false);
        return facts.Single() with { Triggers = triggers, Functions = functions, Marks = marks.SingleOrDefault() };
    }
}

/// <param name="Type"><c>pg_trigger.tgtype</c>: 1 each row, 2 before, 4 insert, 8 delete, 16 update.</param>
/// <param name="Enabled"><c>pg_trigger.tgenabled</c>: O or A fires, D and R do not.</param>
/// <param name="Arguments">Each ended by a zero, which PostgreSQL's <c>escape</c> writes as <c>\000</c>.</param>
internal sealed record TriggerFacts(
    string Name, int Type, string Enabled, bool HasCondition, string FunctionSchema, string Function, string Arguments)
{
    public bool Fires => Enabled is "O" or "A";

    public bool IsBefore => (Type & 2) != 0;
}

/// <param name="MayMark">Its owner may write the marks.</param>
/// <param name="MayReadUserAuth">Its owner may read who comes from outside.</param>
/// <param name="IsOfSuperuser">Its owner may do anything in this database as it is.</param>
internal sealed record FunctionFacts(
    string Name, string Source, bool IsSecurityDefiner, IReadOnlyList<string> Settings, string Owner, bool MayMark, bool MayReadUserAuth,
    bool IsOfSuperuser);

/// <param name="IsForUs">Our role may read, write and delete in it.</param>
internal sealed record MarkTableFacts(IReadOnlyList<string> Columns, bool HasKey, bool IsForUs, string Owner);
