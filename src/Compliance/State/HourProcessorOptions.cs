using Athena.Common.Time;

namespace Athena.Compliance.State;

/// <summary>When windows are decided.</summary>
/// <param name="Windows">All windows with an end in (after, until], in order.</param>
/// <param name="Settle">How long after its end a window is looked at, so that late lines are in.</param>
/// <param name="LookBack">Windows that ended longer ago are recorded as not looked at.</param>
/// <param name="Source">The log, as the setting names it.</param>
/// <param name="Zone">By whose clock months begin, in which reports are counted.</param>
internal sealed record HourProcessorOptions(
    Func<DateTimeOffset, DateTimeOffset, IEnumerable<Window>> Windows, TimeSpan Settle, TimeSpan LookBack, string Source, TimeZoneInfo Zone)
{
    /// <summary>When the windows begin to be ours, as somebody has chosen it: that may lie ahead. Null: with the first start.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>So much longer a window is waited with while it cannot be told what time it is for Grafana, as when it is down.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// So long windows are waited with while the log cannot be reached; then they are decided without it, as not seen.
    /// </summary>
    public static TimeSpan UnreachedPatience { get; } = TimeSpan.FromMinutes(30);

    /// <summary>A window that is decided within so long after it was due is not called late.</summary>
    public static TimeSpan Punctual { get; } = TimeSpan.FromMinutes(5);
}
