using Athena.Common.Kpis;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Telemetry.Metrics;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon;

/// <summary>
/// Notes each minute that the daemon is at work, and on the first day of a month writes what it knows of the last one beside its metrics,
/// where the daemon that mails the key figures reads it. What goes wrong is said once for each reason.
/// </summary>
/// <param name="figures">What is known of a span.</param>
/// <param name="file">Null where there is no folder for it.</param>
public sealed class KpiWriter(
    string daemon, WorkTimes work, Func<Window, IReadOnlyList<Kpi>> figures, MetricFile? file, TimeZoneInfo zone, Heartbeat loop,
    TimeProvider time, ILogger<KpiWriter> logger) : RoundWriter(file, Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WrittenAnew = TimeSpan.FromHours(1);

    /// <summary>
    /// After this nothing of the month is decided any more, and a day later nobody waits for it: all of the audit is read for it.
    /// </summary>
    private static readonly TimeSpan Settled = TimeSpan.FromHours(3), LongestWait = TimeSpan.FromHours(26);

    private DateTimeOffset? writtenAt;
    private string? problem;

    protected override void Round()
    {
        if (loop.Age < Interval) work.Note();
        var now = Time.GetUtcNow();
        var month = KpiSpan.LastMonth(zone, now);
        if (File is null || now > month.To + LongestWait) return;
        if (writtenAt is { } at && now >= at && (now - at < WrittenAnew || at >= month.To + Settled)) return;
        File.Write(new KpiPart(1, daemon, month.From, month.To, now, figures(month)).ToJson());
        writtenAt = now;
    }

    protected override void Over() => problem = null;

    protected override string? Complain(string fault)
    {
        if (fault == problem) return null;
        problem = fault;
        return $"What the key figures of the month are made of cannot be written: {fault} Everything else goes on.";
    }
}
