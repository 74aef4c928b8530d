using Athena.Common.Grafana.Database;
using Npgsql;

namespace Athena.Common.GrafanaDatabase;

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
        async (connection, token) => BornLockedJudgement.Judge(await BornLockedFacts.ReadAsync(connection, token).ConfigureAwait(false), options.ExceptsProvisioned),
        fault => BornLockedStatus.Unknown(fault.Sentence), cancel);

    public Task<IReadOnlyList<BornMark>?> MarksAsync(IReadOnlyCollection<long> ids, CancellationToken cancel) => RunAsync<IReadOnlyList<BornMark>?>(
        async (connection, token) =>
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { new("SELECT user_id, clock_timestamp() - since FROM athena_workers.held WHERE born AND user_id = ANY ($1)") { Parameters = { new() { Value = ids.ToArray() } } } },
            };
            await using var reader = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
            var marks = new List<BornMark>();
            while (await reader.ReadAsync(token).ConfigureAwait(false)) marks.Add(new BornMark(reader.GetInt64(0), time.GetUtcNow() - reader.GetFieldValue<TimeSpan>(1))); // By its age: clocks do not agree.
            return marks;
        },
        _ => null, cancel);

    public Task<IReadOnlyList<HeldAccount>?> HeldAsync(int most, CancellationToken cancel) => RunAsync<IReadOnlyList<HeldAccount>?>(
        async (connection, token) =>
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new("SELECT h.user_id, nullif(u.uid, ''), u.is_disabled, h.since, h.born FROM athena_workers.held h LEFT JOIN \"user\" u ON u.id = h.user_id ORDER BY u.is_disabled IS TRUE, h.user_id LIMIT $1")
                    {
                        Parameters = { new() { Value = most } },
                    },
                },
            };
            await using var reader = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
            var held = new List<HeldAccount>();
            while (await reader.ReadAsync(token).ConfigureAwait(false))
            {
                held.Add(new HeldAccount(
                    reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetBoolean(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetBoolean(4)));
            }

            return held;
        },
        _ => null, cancel);

    public Task<bool> ReleaseAsync(IReadOnlyCollection<long> ids, CancellationToken cancel) => RunAsync(
        async (connection, token) =>
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { new("DELETE FROM athena_workers.held WHERE user_id = ANY ($1)") { Parameters = { new() { Value = ids.ToArray() } } } },
            };
            await batch.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            return true;
        },
        _ => false, cancel);

    /// <summary>No sign-in of its own undoes the lock from now on.</summary>
    private static NpgsqlBatchCommand Hold(long id) =>
        new("INSERT INTO athena_workers.held (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING") { Parameters = { new() { Value = id } } };

    private static NpgsqlBatchCommand LetGo(long id) => new("DELETE FROM athena_workers.held WHERE user_id = $1") { Parameters = { new() { Value = id } } };
}
