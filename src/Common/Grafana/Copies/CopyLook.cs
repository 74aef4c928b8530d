using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Copies;

/// <summary>
/// Looks for another copy of a daemon that reads windows of the log and does not follow it: from time to time at what was written since the
/// last look. One that works is found within minutes, one that has stopped is forgotten after a quarter of an hour.
/// </summary>
/// <param name="ownId">The id under which our requests are in the log; null while it is not known.</param>
public sealed class CopyLook(ILogSource log, CopyWatch watch, Func<long?> ownId, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(50);

    /// <summary>A daemon of this kind asks Grafana at least every ten minutes: it looks whether its settings have changed.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(65);

    private DateTimeOffset? lookedTo;

    /// <summary>The copy that works now; null when none does, or none could be seen.</summary>
    public OtherCopy? Look(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (ownId() is { } own && (lookedTo is not { } last || now - last >= Interval || now < last))
        {
            // What was written before the start may be another host's that we replace; the watch itself tells that apart.
            var from = lookedTo is { } known && known < now && now - known < CopyWatch.Nearness * 3 ? known : now - CopyWatch.Nearness;
            lookedTo = now;
            log.ReadWindow(new Window(from, now), Take, progress: null, cancel);
            void Take(in LogLine line)
            {
                if (line.Kind == LineKind.Request && line.UserId == own) watch.Take(line);
            }
        }

        return watch.Found is { } copy && now - copy.LastAt < Forgotten ? copy : null;
    }
}
