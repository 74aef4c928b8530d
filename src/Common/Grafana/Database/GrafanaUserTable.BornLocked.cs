using Athena.Common.Database;
using Npgsql;
using static Athena.Common.Database.Rows;

namespace Athena.Common.Grafana.Database;

/// <summary>The same role's eyes and hands for accounts that are born locked.</summary>
public sealed partial class GrafanaUserTable
{
    /// <summary>Whether we may hold accounts here: false where born locked is not installed, or not for our role.</summary>
    private const string MayHold = """
        SELECT coalesce((SELECT has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, 'user_id', 'INSERT') AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'DELETE')
                         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped
                         WHERE n.nspname = 'athena_workers' AND c.relname = 'held'), false)
        """;

    public Task<BornLockedStatus> LookAsync(CancellationToken cancel) => RunAsync(
        async (connection, token) => BornLockedJudgement.Judge(
            await BornLockedFacts.ReadAsync(connection, token).ConfigureAwait(false), options.ExceptsProvisioned),
        fault => BornLockedStatus.Unknown(fault.Sentence), cancel);

    public Task<IReadOnlyList<BornMark>?> MarksAsync(IReadOnlyCollection<long> ids, CancellationToken cancel) =>
        RunAsync<IReadOnlyList<BornMark>?>(
            async (connection, token) =>
                await connection.QueryAsync(
                    Statement(
                        "SELECT user_id, clock_timestamp() - since FROM athena_workers.held WHERE born AND user_id = ANY ($1)",
                        ids.ToArray()),
                    // By its age: clocks do not agree.
                    row => new BornMark(row.GetInt64(0), time.GetUtcNow() - row.GetFieldValue<TimeSpan>(1)),
                    token).ConfigureAwait(false),
            _ => null, cancel);

    public Task<IReadOnlyList<HeldAccount>?> HeldAsync(int most, CancellationToken cancel) => RunAsync<IReadOnlyList<HeldAccount>?>(
        async (connection, token) =>
            await connection.QueryAsync(
                Statement(
                    """
                    SELECT h.user_id, nullif(u.uid, ''), u.is_disabled, h.since, h.born
                    FROM athena_workers.held h LEFT JOIN "user" u ON u.id = h.user_id ORDER BY u.is_disabled IS TRUE, h.user_id LIMIT $1
                    """,
                    most),
                row => new HeldAccount(
                    row.GetInt64(0), row.GetText(1), row.IsDBNull(2) ? null : row.GetBoolean(2), row.GetFieldValue<DateTimeOffset>(3),
                    row.GetBoolean(4)),
                token).ConfigureAwait(false),
        _ => null, cancel);

    public Task<bool> ReleaseAsync(IReadOnlyCollection<long> ids, CancellationToken cancel) => RunAsync(
        async (connection, token) =>
        {
            await using var batch = connection.Batch(Statement("DELETE FROM athena_workers.held WHERE user_id = ANY ($1)", ids.ToArray()));
            await batch.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            return true;
        },
        _ => false, cancel);

    /// <summary>No sign-in of its own undoes the lock from now on.</summary>
    private static NpgsqlBatchCommand Hold(long id) =>
        Statement("INSERT INTO athena_workers.held (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING", id);

    private static NpgsqlBatchCommand LetGo(long id) => Statement("DELETE FROM athena_workers.held WHERE user_id = $1", id);
}
