using Athena.Common.Kpis;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Telemetry.Metrics;
using Athena.Common.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon;

/// <summary>
/// Notes each minute that the daemon is at work, and on the first day of a month writes what it knows of the last one beside its metrics,
/// where the daemon that mails the key figures reads it. Beside the daemon's work and never in its way.
/// </summary>
/// <param name="figures">What is known of a span.</param>
/// <param name="file">Null where there is no folder for it.</param>
public sealed class KpiWriter(
    string daemon, WorkTimes work, Func<Window, IReadOnlyList<Kpi>> figures, MetricFile? file, TimeZoneInfo zone, Heartbeat loop,
    TimeProvider time, ILogger<KpiWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WrittenAnew = TimeSpan.FromHours(1);

    /// <summary>
    /// After this nothing of the month is decided any more, and a day later nobody waits for it: all of the audit is read for it.
    /// </summary>
    private static readonly TimeSpan Settled = TimeSpan.FromHours(3), LongestWait = TimeSpan.FromHours(26);

    private DateTimeOffset? writtenAt;
    private string? problem;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Attempt(() => file?.Remove());
    }

    /// <summary>One round.</summary>
    public void Write() => Attempt(() =>
    {
        if (loop.Age < Interval) work.Note();
        var now = time.GetUtcNow();
        var month = KpiSpan.LastMonth(zone, now);
        if (file is null || now > month.To + LongestWait) return;
        if (writtenAt is { } at && now >= at && (now - at < WrittenAnew || at >= month.To + Settled)) return;
        file.Write(new KpiPart(1, daemon, month.From, month.To, now, figures(month)).ToJson());
        writtenAt = now;
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, time);
        do Write();
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    /// <summary>Whatever it is, a guard must not end of it; said once for each reason.</summary>
    private void Attempt(Action act)
    {
        try
        {
            act();
            problem = null;
        }
        catch (Exception e)
        {
            if (e.Message != problem)
                logger.Event(
                    HostEvents.MetricsNotWritten,
                    $"What the key figures of the month are made of cannot be written: {e.Message} Everything else goes on.",
                    exception: e is IOException or UnauthorizedAccessException ? null : e);
            problem = e.Message;
        }
    }
}
