using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>
/// Writes the metrics every fifteen seconds, beside the daemon's work and never in its way: what goes wrong here is one warning, and one
/// word when it is well again.
/// </summary>
/// <param name="gather">Puts down how everything is now. Called on a thread of its own.</param>
public sealed class MetricWriter(
    MetricBook book, Action<MetricBook> gather, MetricFile file, TimeProvider time, ILogger<MetricWriter> logger)
    : BackgroundService
{
    /// <summary>Prometheus mostly asks once in fifteen seconds or seldomer.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(15);

    private bool isInTrouble;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Attempt(file.Remove);
    }

    /// <summary>One round.</summary>
    public void Write() => Attempt(() =>
    {
        gather(book);
        book.Set(MetricTable.WrittenAt, time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        file.Write(book.Write());
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, time);
        do Write();
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    /// <summary>Whatever it is, a guard must not end of it.</summary>
    private void Attempt(Action act)
    {
        try
        {
            act();
            if (isInTrouble) logger.Event(HostEvents.MetricsResumed, $"The metrics are written to {file.FilePath} again.");
            isInTrouble = false;
        }
        catch (Exception e)
        {
            if (!isInTrouble)
                logger.Event(
                    HostEvents.MetricsNotWritten,
                    $"The metrics cannot be written to {file.FilePath}: {e.Message} Everything else goes on; Prometheus hears nothing new.",
                    exception: e is IOException or UnauthorizedAccessException ? null : e);
            isInTrouble = true;
        }
    }
}
