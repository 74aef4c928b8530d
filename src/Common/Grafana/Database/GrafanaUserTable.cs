using System.Globalization;
using Athena.Common.Database;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;
using Npgsql;
using Polly;
using Polly.Retry;
using static Athena.Common.Database.Rows;

namespace Athena.Common.Grafana.Database;

/// <summary>The tables <c>"user"</c> and <c>user_auth_token</c> of a Grafana on PostgreSQL (docs/grafana.md §5).</summary>
/// <remarks>One pool of two connections that lets idle ones go; nothing is held while there is nothing to do.</remarks>
public sealed partial class GrafanaUserTable : IGrafanaUserTable, IBornLocked, IAsyncDisposable
{
    // Null and empty are the same absence: old versions of Grafana wrote rows without a uid.
    private const string TheAccount = """ "user" WHERE id = $1 AND coalesce(uid, '') = $2 """;

    // A lock is waited for no longer than others at the gate can wait, and the server itself ends what we gave up on.
    private const string Patience = "SELECT set_config('lock_timeout', '1000', true), set_config('statement_timeout', '5000', true)";

    private readonly GrafanaDatabaseOptions options;
    private readonly TimeProvider time;
    private readonly NpgsqlDataSource source;
    private readonly ResiliencePipeline retry;
    private readonly ServerText text;
    private readonly string place;

    /// <exception cref="ArgumentException"><see cref="GrafanaDatabaseOptions.Problems"/> is not empty; the text is its
    /// sentences.</exception>
    public GrafanaUserTable(GrafanaDatabaseOptions options, TimeProvider time, Func<double>? random = null)
    {
        if (options.Problems() is { Count: > 0 } problems) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        (this.options, this.time) = (options, time);
        DatabaseAddress.TryRead(GrafanaDatabaseOptions.Setting, options.ConnectionString, out var address, out _);
        address.ApplicationName = "athena-workers " + options.Daemon;
        place = DatabaseAddress.Place(address);
        text = new ServerText(address.Password);
        source = DatabaseAddress.Source(address);
        var chance = random ?? Random.Shared.NextDouble;
        retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                // Two: as many as the pool may hold connections that died with a restarted server.
                MaxRetryAttempts = RetryPolicy.Retries,
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is NpgsqlException { IsTransient: true }
                        and not PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }),
                DelayGenerator = _ => ValueTask.FromResult<TimeSpan?>(RetryPolicy.Pause(null, chance())),
            })
            .Build();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    public Task<UserTableFitness> CheckAsync(CancellationToken cancel) => RunAsync(
        TableFitness.ExamineAsync, fault => new UserTableFitness(fault.Outcome, [fault.Sentence], []), cancel);

    public Task<UserTableAnswer> ReadAsync(long id, string? uid, CancellationToken cancel) => AskAsync(
        async (connection, token) => await FindAsync(connection, id, uid, token).ConfigureAwait(false) is { } state
            ? new UserTableAnswer(UserTableOutcome.Done, state,
                $"{Name(id, uid)} is {(state.IsDisabled ? "disabled" : "enabled")} in Grafana's database and has {Count(state.Sessions)}.")
            : Gone(id, uid),
        cancel);

    public Task<UserTableAnswer> DisableAsync(long id, string? uid, CancellationToken cancel) =>
        SetAsync(id, uid, isDisabled: true, cancel);

    public Task<UserTableAnswer> EnableAsync(long id, string? uid, CancellationToken cancel) =>
        SetAsync(id, uid, isDisabled: false, cancel);

    private Task<UserTableAnswer> SetAsync(long id, string? uid, bool isDisabled, CancellationToken cancel) => AskAsync(
        async (connection, token) =>
        {
            if (await WriteAsync(connection, id, uid, isDisabled, token).ConfigureAwait(false) is not var (flags, sessions))
                return Gone(id, uid);

            // Grafana writes the same rows: only what is read back after our commit counts.
            if (await FindAsync(connection, id, uid, token).ConfigureAwait(false) is not { } state) return Gone(id, uid);
            var word = isDisabled ? "disabled" : "enabled";
            if (state.IsDisabled != isDisabled || (isDisabled && state.Sessions > 0))
            {
                return new UserTableAnswer(UserTableOutcome.Unavailable, state,
                    $"{Name(id, uid)} was {word} in Grafana's database, but reads back as {(state.IsDisabled ? "disabled" : "enabled")} "
                    + $"with {Count(state.Sessions)}: something else wrote at the same moment.");
            }

            return flags + sessions == 0
                ? new UserTableAnswer(UserTableOutcome.AlreadySo, state, $"{Name(id, uid)} was {word} in Grafana's database already.")
                : new UserTableAnswer(UserTableOutcome.Done, state,
                    $"{Name(id, uid)} is {word} in Grafana's database{(isDisabled ? $", {Count(sessions)} deleted" : "")}.");
        },
        cancel);

    /// <summary>The transaction: how many flags and sessions it changed, or null when there is no such account.</summary>
    private static async Task<(int Flags, int Sessions)?> WriteAsync(
        NpgsqlConnection connection, long id, string? uid, bool isDisabled, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);

        // The row is locked first, so that all statements speak of the same account. It is held before it is disabled and let go before it
        // is enabled: the trigger of born locked looks at that.
        var (isThere, mayHold) = (false, false);
        await using (var find = connection.Batch(
            Statement(Patience), Statement("SELECT 1 FROM" + TheAccount + "FOR UPDATE", id, uid ?? ""), Statement(MayHold)))
        await using (var reader = await find.ExecuteReaderAsync(cancel).ConfigureAwait(false))
        {
            await reader.NextResultAsync(cancel).ConfigureAwait(false);
            isThere = await reader.ReadAsync(cancel).ConfigureAwait(false);
            await reader.NextResultAsync(cancel).ConfigureAwait(false);
            mayHold = isThere && await reader.ReadAsync(cancel).ConfigureAwait(false) && reader.GetBoolean(0);
        }

        var flag = Statement(
            "UPDATE \"user\" SET is_disabled = $3 WHERE id = $1 AND coalesce(uid, '') = $2 AND is_disabled <> $3",
            id,
            uid ?? "",
            isDisabled);
        var sessions = Statement(
            "DELETE FROM user_auth_token WHERE user_id = $1 AND EXISTS (SELECT FROM" + TheAccount + ")", id, uid ?? "");
        await using (var batch = connection.Batch())
        {
            if (mayHold) batch.BatchCommands.Add(isDisabled ? Hold(id) : LetGo(id));
            batch.BatchCommands.Add(flag);
            if (isDisabled) batch.BatchCommands.Add(sessions);
            await batch.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return isThere ? ((int)flag.RecordsAffected, isDisabled ? (int)sessions.RecordsAffected : 0) : null;
    }

    private static async Task<LockState?> FindAsync(NpgsqlConnection connection, long id, string? uid, CancellationToken cancel) =>
        (await connection.QueryAsync(
            Statement("SELECT is_disabled, (SELECT count(*) FROM user_auth_token WHERE user_id = $1) FROM" + TheAccount, id, uid ?? ""),
            row => new LockState(row.GetBoolean(0), row.GetInt64(1)),
            cancel).ConfigureAwait(false)).FirstOrDefault();

    private Task<UserTableAnswer> AskAsync(
        Func<NpgsqlConnection, CancellationToken, Task<UserTableAnswer>> ask, CancellationToken cancel) =>
        RunAsync(ask, fault => new UserTableAnswer(fault.Outcome, null, fault.Sentence), cancel);

    private async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> ask, Func<DatabaseFault, T> failed, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await retry.ExecuteAsync(
                async token =>
                {
                    await using var connection = await source.OpenConnectionAsync(token).ConfigureAwait(false);
                    return await ask(connection, token).ConfigureAwait(false);
                },
                both.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException or TimeoutException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            return failed(DatabaseFault.Of(fault, place, text));
        }
    }

    private static UserTableAnswer Gone(long id, string? uid) => new(UserTableOutcome.Gone, null,
        $"Grafana's database has no {Name(id, uid)}: the account was deleted, or its id belongs to another one since.");

    private static string Name(long id, string? uid) =>
        string.Create(CultureInfo.InvariantCulture, $"user id {id}")
        + (string.IsNullOrEmpty(uid) ? " without uid" : $" uid {VisibleText.Escape(uid)}");

    private static string Count(long sessions) =>
        sessions == 1 ? "1 session" : string.Create(CultureInfo.InvariantCulture, $"{sessions} sessions");
}
