using Athena.Common.Database;
using Npgsql;
using static Athena.Common.Database.Rows;

namespace Athena.Common.Grafana.Database;

/// <summary>Compares what is in the database with what the script installs. Pure.</summary>
internal static class BornLockedJudgement
{
    private const string Again = "Install it again (sudo grafana-auto-disable born-locked install).";
    private const int BeforeInsert = 7;
    private const int AfterInsert = 5;
    private const int BeforeUpdate = 19;

    private static readonly string[] MarkColumns = ["user_id", "since", "born"];
    private static readonly string[] UserColumns = ["id", "is_disabled", "is_service_account", "is_admin"];

    private static readonly Wanted[] All =
    [
        new(
            "zzzz_athena_born_locked",
            BeforeInsert,
            "born_locked",
            false,
            ["search_path=pg_catalog, pg_temp"],
            "new accounts are not refused",
            true),
        new(
            "zzzz_athena_born_told",
            AfterInsert,
            "born_told",
            true,
            ["search_path=pg_catalog, pg_temp", "lock_timeout=50ms"],
            "it is not marked who was born locked",
            true),
        new(
            "zzzz_athena_stay_locked",
            BeforeUpdate,
            "stay_locked",
            true,
            ["search_path=pg_catalog, pg_temp", "lock_timeout=50ms"],
            "a sign-in from a directory undoes a lock",
            false),
    ];

    /// <param name="exceptProvisioned">What the setting says.</param>
    public static BornLockedStatus Judge(BornLockedFacts facts, bool exceptProvisioned)
    {
        var ours = facts.Triggers.Where(trigger => trigger.FunctionSchema == BornLockedScript.Schema).ToList();
        if (ours.Count + facts.Functions.Count == 0 && !facts.Triggers.Any(trigger => All.Any(wanted => wanted.Trigger == trigger.Name)))
            return new BornLockedStatus(BornLockedStanding.Absent, [], []);

        List<string> problems =
        [
            .. All.SelectMany(wanted => ProblemsOf(wanted, facts)),
            .. ProblemsOfOwners(facts),
            .. ProblemsOfMarks(facts),
            .. ProblemsOfTables(facts),
        ];
        var installed = facts.Triggers.FirstOrDefault(trigger => trigger.Name == All[0].Trigger)?.Arguments;
        var excepts = installed is not null && installed.StartsWith("provisioned", StringComparison.Ordinal);
        if (installed is not null && excepts != exceptProvisioned)
        {
            problems.Add(exceptProvisioned
                ? $"BORN_LOCKED_EXCEPT=provisioned is set, but the triggers lock accounts that SCIM makes as well. {Again}"
                : "The triggers let accounts be that SCIM makes, but BORN_LOCKED_EXCEPT does not say so: set it to provisioned. "
                    + $"Otherwise: {Again}");
        }

        List<string> cautions = [];
        foreach (var other in facts.Triggers.Where(trigger =>
            trigger is { Fires: true, IsBefore: true } && trigger.FunctionSchema != BornLockedScript.Schema))
        {
            var name = VisibleName(other.Name);
            if (string.CompareOrdinal(other.Name, All[0].Trigger) > 0)
                problems.Add($"The trigger {name} on table \"user\" fires after ours and can undo the lock. Rename or drop it.");
            else
                problems.Add($"There is another trigger on table \"user\" that can change new rows: {name}. Find out whose it is.");
        }

        if (facts.Functions.FirstOrDefault(function => function.Owner == facts.TableOwner) is { } weak)
            cautions.Add(
                $"Born locked was installed by {weak.Owner}, who owns the table \"user\": if that is Grafana's own role, whoever takes "
                + "Grafana over can change it. A superuser can install it again.");
        return new BornLockedStatus(problems.Count > 0 ? BornLockedStanding.Broken : BornLockedStanding.Whole, problems, cautions)
        {
            ExceptsProvisioned = excepts,
            Owner = facts.SchemaOwner,
            IsOfSuperuser = facts.Functions.Any(function => function.Owner == facts.SchemaOwner && function.IsOfSuperuser),
        };
    }

    private static IEnumerable<string> ProblemsOf(Wanted wanted, BornLockedFacts facts)
    {
        if (facts.Triggers.FirstOrDefault(trigger => trigger.Name == wanted.Trigger) is not { } found)
        {
            yield return $"The trigger {wanted.Trigger} is missing: {wanted.Means}. {Again}";
        }
        else if (found.Type != wanted.Type || found.HasCondition || found.FunctionSchema != BornLockedScript.Schema
            || found.Function != wanted.Function
            || found.Arguments is not ("" or @"provisioned\000") || (found.Arguments.Length > 0 && !wanted.HasArgument))
        {
            yield return $"The trigger {wanted.Trigger} is not as it was installed. {Again}";
        }
        else if (!found.Fires)
        {
            yield return $"The trigger {wanted.Trigger} is switched off: {wanted.Means}. {Again}";
        }

        if (facts.Functions.FirstOrDefault(function => function.Name == wanted.Function) is not { } function)
        {
            yield return $"The function {BornLockedScript.Schema}.{wanted.Function} is missing: {wanted.Means}. {Again}";
            yield break;
        }

        if (function.Source != BornLockedScript.Body(wanted.Function) || function.IsSecurityDefiner != wanted.IsSecurityDefiner
            || !function.Settings.Order().SequenceEqual(wanted.Settings.Order()))
            yield return $"The function {BornLockedScript.Schema}.{wanted.Function} is not as this version installs it. {Again}";
        if (function.Owner == facts.Role)
            yield return $"The function {BornLockedScript.Schema}.{wanted.Function} belongs to our own role {VisibleName(facts.Role)}, "
                + "which could change it. Install again as somebody else: sudo grafana-auto-disable born-locked install";
        if (wanted.IsSecurityDefiner && facts.Marks is not null && !function.MayMark)
            yield return $"Role {VisibleName(function.Owner)}, to whom the function {BornLockedScript.Schema}.{wanted.Function} belongs, "
                + $"may not use the table {BornLockedScript.Schema}.held: {wanted.Means}. {Again}";
        if (wanted.Function == "stay_locked" && facts.HasUserAuth && !function.MayReadUserAuth)
            yield return $"Role {VisibleName(function.Owner)}, to whom the function {BornLockedScript.Schema}.stay_locked belongs, may "
                + $"not read user_auth: {wanted.Means}. {Again}";
    }

    /// <summary>Whoever installs it owns all of it: the schema, the functions, the table of marks.</summary>
    private static IEnumerable<string> ProblemsOfOwners(BornLockedFacts facts)
    {
        IEnumerable<string?> all =
        [
            facts.SchemaOwner,
            facts.Marks?.Owner,
            .. facts.Functions.Where(function => All.Any(wanted => wanted.Function == function.Name)).Select(function => function.Owner),
        ];
        var owners = all.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (owners.Count > 1)
            yield return $"What is in schema {BornLockedScript.Schema} belongs to different roles, each of which can change its own: "
                + $"{string.Join(", ", owners.Select(VisibleName))}. {Again}";
    }

    private static IEnumerable<string> ProblemsOfMarks(BornLockedFacts facts)
    {
        if (facts.Marks is not { } marks)
            yield return $"The table {BornLockedScript.Schema}.held is missing: it is not marked who was born locked. {Again}";
        else if (!marks.HasKey || MarkColumns.Except(marks.Columns).Any())
            yield return $"The table {BornLockedScript.Schema}.held is not as it was installed. {Again}";
        else if (!marks.IsForUs)
            yield return $"Role {VisibleName(facts.Role)} may not use the table {BornLockedScript.Schema}.held. {Again}";
    }

    private static IEnumerable<string> ProblemsOfTables(BornLockedFacts facts)
    {
        foreach (var column in UserColumns.Except(facts.Columns))
        {
            var follows = column is "is_service_account"
                ? "service accounts would be locked"
                : "new accounts are not refused as they should be";
            yield return $"There is no column {column} of table \"user\" any more: {follows}. This Grafana is newer than what is known "
                + "here: sudo grafana-auto-disable born-locked remove";
        }

        if (!facts.HasUserAuth)
            yield return "There is no column user_id of table \"user_auth\" any more: a sign-in from a directory undoes a lock. This "
                + "Grafana is newer than what is known here.";
    }

    private static string VisibleName(string name) => Text.VisibleText.Escape(name);

    private sealed record Wanted(
        string Trigger, int Type, string Function, bool IsSecurityDefiner, string[] Settings, string Means, bool HasArgument);
}

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
