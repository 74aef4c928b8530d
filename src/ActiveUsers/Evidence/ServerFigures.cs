using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Health;
using Athena.Common.Telemetry.Metrics;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Evidence;

/// <summary>
/// What Grafana counts of itself, for the metrics alone: its database pool each minute, its sessions every ten. What it does not tell is
/// absent there, and no trouble.
/// </summary>
/// <param name="pool">Asked as nobody.</param>
/// <param name="statistics">Asked as our account; null where it has none.</param>
internal sealed class ServerFigures(
    Func<CancellationToken, Task<DatabasePool?>> pool, Func<CancellationToken, Task<GrafanaAnswer<ServerStatistics>>>? statistics,
    TimeProvider time)
{
    private static readonly TimeSpan SessionsKept = TimeSpan.FromMinutes(10);

    private DateTimeOffset? nextSessions;
    private DatabasePool? seenPool;
    private ServerStatistics? seenStatistics;

    /// <summary>To be called once a minute.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        seenPool = await pool(cancel).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (statistics is null || !Deadline.IsDue(nextSessions, now, SessionsKept)) return;
        nextSessions = now + SessionsKept;
        seenStatistics = (await statistics(cancel).ConfigureAwait(false)).Value;
    }

    /// <summary>Puts it down. Safe from any thread.</summary>
    public void Measure(MetricBook book)
    {
        var (pool, server) = (seenPool, seenStatistics);
        Set(book, MetricTable.DatabaseOpen, pool?.Open);
        Set(book, MetricTable.DatabaseInUse, pool?.InUse);
        Set(book, MetricTable.DatabaseMost, pool?.Most);
        Set(book, MetricTable.DatabaseWaits, pool?.Waits);
        Set(book, MetricTable.Sessions, server?.ActiveSessions);
    }

    private static void Set(MetricBook book, Metric metric, double? value)
    {
        if (value is { } known) book.Set(metric, known);
        else book.Clear(metric);
    }
}
