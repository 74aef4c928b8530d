using System.Globalization;
using Athena.Common.Database;
using Npgsql;

namespace Athena.Common.Grafana.Database;

/// <summary>
/// Waits for the word of the database that an account was made. Any role may send one, so it is a hint and nothing more: at most ten a
/// second are passed on, whatever comes. Without a connection the log and the list tell, as they do where nothing of this is installed.
/// </summary>
public sealed class BornLockedListener(GrafanaDatabaseOptions options, TimeProvider time)
{
    private const int MostASecond = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>
    /// So often the server is asked, while it says nothing, whether it is still there; and so long its answer may take. Whole seconds.
    /// </summary>
    internal TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    private DateTimeOffset second;
    private int passed;

    /// <summary>Listens until it is cancelled; never throws but for that.</summary>
    /// <param name="onNews">Called with the id of an account, from a thread of the pool.</param>
    public async Task ListenAsync(Action<long> onNews, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await ListenOnceAsync(onNews, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or InvalidOperationException
                && !cancel.IsCancellationRequested)
            {
                // Why is told by whoever looks at the triggers on another connection.
            }

            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether something stands between us and the server that passes no notifications on, such as a pooler; null when it cannot be told.
    /// </summary>
    public static async Task<bool?> IsPooledAsync(GrafanaDatabaseOptions options, CancellationToken cancel)
    {
        try
        {
            await using var source = Source(options, keepAlive: null);
            await using var connection = await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
            await using var ask = connection.Batch(Rows.Statement("SELECT pg_backend_pid()"));
            return await ask.ExecuteScalarAsync(cancel).ConfigureAwait(false) is int server && server != connection.ProcessID;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return null;
        }
    }

    /// <summary>A direct connection of its own: one of the pool would be lent to somebody else.</summary>
    private static NpgsqlDataSource Source(GrafanaDatabaseOptions options, TimeSpan? keepAlive)
    {
        DatabaseAddress.TryRead(GrafanaDatabaseOptions.Setting, options.ConnectionString, out var address, out _);
        address.ApplicationName = $"athena-workers {options.Daemon} listens";
        address.Pooling = false;
        if (keepAlive is { } interval) address.KeepAlive = (int)interval.TotalSeconds;
        return DatabaseAddress.Source(address);
    }

    private async Task ListenOnceAsync(Action<long> onNews, CancellationToken cancel)
    {
        await using var source = Source(options, KeepAlive);
        await using var connection = source.CreateConnection();
        connection.Notification += (_, news) =>
        {
            if (long.TryParse(news.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && MayPass()) onNews(id);
        };
        await connection.OpenAsync(cancel).ConfigureAwait(false);
        await using (var listen = connection.Batch(Rows.Statement($"LISTEN {BornLockedScript.Channel}")))
            await listen.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        // False when nothing came: the keepalive has its turn.
        while (true) await connection.WaitAsync(Patience, cancel).ConfigureAwait(false);
    }

    private bool MayPass()
    {
        var now = time.GetUtcNow();
        if (now - second is var age && (age < TimeSpan.Zero || age >= TimeSpan.FromSeconds(1))) (second, passed) = (now, 0);
        return ++passed <= MostASecond;
    }
}
