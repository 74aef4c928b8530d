using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>
/// Writes a file that others read, round after round, beside the daemon's work and never in its way: whatever goes wrong here is a warning
/// and ends nothing. The file goes with the daemon.
/// </summary>
/// <param name="file">Null where there is no folder for it.</param>
/// <param name="interval">From one round to the next.</param>
public abstract class RoundWriter(MetricFile? file, TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundService
{
    protected MetricFile? File { get; } = file;

    protected TimeProvider Time { get; } = time;

    protected ILogger Logger { get; } = logger;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Attempt(() => File?.Remove());
    }

    /// <summary>One round.</summary>
    public void Write() => Attempt(Round);

    /// <summary>Whatever it throws is told.</summary>
    protected abstract void Round();

    /// <summary>After a round that went well.</summary>
    protected abstract void Over();

    /// <summary>What is said of a fault; null where it was said before.</summary>
    protected abstract string? Complain(string fault);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(interval, Time);
        do Write();
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private void Attempt(Action act)
    {
        try
        {
            act();
            Over();
        }
        catch (Exception e)
        {
            if (Complain(e.Message) is { } sentence)
                Logger.Event(HostEvents.MetricsNotWritten, sentence, exception: e is IOException or UnauthorizedAccessException ? null : e);
        }
    }
}
