using Athena.Common.GrafanaLog.Line;

namespace Athena.AutoDisable.Evidence;

/// <summary>
/// Requests of disabled accounts that Grafana refused within a day, of all of them together: their lines bear no id (docs/grafana.md §10),
/// so they are nobody's in particular. A number for each hour is kept, however many a stranger makes. The log's thread writes, any other
/// may look.
/// </summary>
/// <param name="clock">The log's; null where it is ours.</param>
internal sealed class RefusedTries(TimeProvider time, LogClock? clock = null)
{
    private const int Hours = 24;

    private readonly Lock gate = new();
    private readonly (long Hour, long Count)[] counts = new (long, long)[Hours];
    private DateTimeOffset began = time.GetUtcNow();

    /// <summary>Takes one line. Never throws, whatever the line holds.</summary>
    public void OnLine(in LogLine line)
    {
        if (line is not { Kind: LineKind.Request, UserId: 0, Status: 401 } || !line.ErrorMessageId.Equals("identity.disabled"u8)) return;
        var now = time.GetUtcNow();
        var at = (clock is null ? line.Time : clock.Ours(line.Time)) ?? now;
        if (at > now) at = now;
        var hour = HourOf(at);
        if (hour <= HourOf(now) - Hours) return;
        lock (gate)
        {
            ref var slot = ref counts[hour % Hours];
            slot = slot.Hour == hour ? (hour, slot.Count + 1) : (hour, 1);
            if (at < began) began = at; // Read behind an absence.
        }
    }

    /// <summary>How many, and since when they were counted: a day ago, or later where the log has not been followed for so long.</summary>
    public RefusedCount Look()
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var count = counts.Where(slot => slot.Hour > HourOf(now) - Hours).Sum(slot => slot.Count);
            return new RefusedCount(count, began > now.AddDays(-1) ? began : now.AddDays(-1));
        }
    }

    private static long HourOf(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerHour;
}

/// <summary>Requests of disabled accounts that Grafana refused, of all of them together.</summary>
/// <param name="Count">How many.</param>
/// <param name="Since">From when on they were counted.</param>
internal readonly record struct RefusedCount(long Count, DateTimeOffset Since)
{
    /// <summary>A sentence for the admins; null where there were none.</summary>
    /// <param name="since">The time in their words.</param>
    public string? Sentence(string since) => Count == 0 ? null : FormattableString.Invariant(
        $"{Count} {(Count == 1 ? "request" : "requests")} of disabled accounts {(Count == 1 ? "was" : "were")} refused since {since}")
        + "; Grafana's log does not say whose they were.";
}
