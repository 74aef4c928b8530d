using Microsoft.Extensions.Logging;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>Writes the metrics every fifteen seconds: what goes wrong is one warning, and one word when it is well again.</summary>
/// <param name="gather">Puts down how everything is now. Called on a thread of its own.</param>
public sealed class MetricWriter(
    MetricBook book, Action<MetricBook> gather, MetricFile file, TimeProvider time, ILogger<MetricWriter> logger)
    : RoundWriter(file, Interval, time, logger)
{
    private bool isInTrouble;

    /// <summary>Prometheus mostly asks once in fifteen seconds or seldomer.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(15);

    protected override void Round()
    {
        gather(book);
        book.Set(MetricTable.WrittenAt, Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        File!.Write(book.Write());
    }

    protected override void Over()
    {
        if (isInTrouble) Logger.Event(HostEvents.MetricsResumed, $"The metrics are written to {File!.FilePath} again.");
        isInTrouble = false;
    }

    protected override string? Complain(string fault)
    {
        if (isInTrouble) return null;
        isInTrouble = true;
        return $"The metrics cannot be written to {File!.FilePath}: {fault} Everything else goes on; Prometheus hears nothing new.";
    }
}
