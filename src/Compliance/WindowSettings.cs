using Athena.Common.Settings;
using Athena.Common.Time;
using Athena.Compliance.State;

namespace Athena.Compliance;

/// <summary>Which windows there are and when they are looked at.</summary>
/// <param name="Hours"><c>REPORT_HOURS</c>: at which windows end.</param>
/// <param name="Length"><c>WINDOW</c>, on the local clock.</param>
/// <param name="Settle">How long after its end a window is looked at.</param>
/// <param name="LookBack">What ended longer ago is not looked at any more.</param>
/// <param name="Since">Windows that end before are none of ours; null: before the first start.</param>
internal sealed record WindowSettings(
    IReadOnlySet<int> Hours, IReadOnlySet<DayOfWeek> Days, TimeSpan Length, TimeSpan Settle, TimeSpan LookBack, DateTimeOffset? Since,
    TimeZoneInfo Zone)
{
    public HourlySchedule Schedule { get; } = new(Hours, Days, Length, Zone);

    /// <summary>For the ledger.</summary>
    /// <param name="source">The log, as the setting names it.</param>
    public HourProcessorOptions ForLedger(string source) => new(Schedule.Ending, Settle, LookBack, source, Zone) { Since = Since };

    /// <param name="least">For so long lines are on their way to the log: no window is looked at sooner.</param>
    public static WindowSettings Read(SettingsReader reader, TimeZoneInfo zone, TimeSpan least) => new(
        reader.Read("REPORT_HOURS", "06-18", "The full hours at which windows end, as in 06-18 or 7,12-14; 18-06 runs over midnight.",
            (string text, out IReadOnlySet<int> hours) => HourList.TryParseHours(text, out hours, out var reason) ? null : reason),
        reader.Read("REPORT_DAYS", "mon-sun", "The days on which they do, as in mon-fri or sat,sun.",
            (string text, out IReadOnlySet<DayOfWeek> days) => HourList.TryParseDays(text, out days, out var reason) ? null : reason),
        reader.Read("WINDOW", "60m", "How long a window is: whole minutes, at most a day.", (string text, out TimeSpan length) =>
            !Duration.TryParse(text, out length, out var reason) ? reason
            : length < TimeSpan.FromMinutes(1) || length > TimeSpan.FromDays(1) || length.Ticks % TimeSpan.TicksPerMinute != 0
                ? "must be whole minutes, from 1m to 24h"
                : null),
        TimeSpan.FromTicks(Math.Max(least.Ticks, reader.Duration(
            "SETTLE",
            "20s",
            "How long after the end of a window its lines are waited for.",
            TimeSpan.FromSeconds(1),
            TimeSpan.FromMinutes(10)).Ticks)),
        reader.Duration(
            "LOOK_BACK",
            "24h",
            "Windows missed while the daemon was down are decided up to so long afterwards.",
            TimeSpan.FromHours(1),
            TimeSpan.FromDays(7)),
        reader.Read<DateTimeOffset?>(
            "REPORT_SINCE",
            null,
            "When reports begin, as 2026-12-01 or 2026-12-01T06:00; windows that end before it are none of ours. Default the first start.",
            (string text, out DateTimeOffset? since) => (since = TimeArgument.TryParse(text, zone, DateTimeOffset.UnixEpoch)) is null
                ? "must be a time such as 2026-12-01 or 2026-12-01T06:00"
                : null),
        zone);
}
