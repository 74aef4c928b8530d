using Athena.Common.Settings;
using Athena.Common.Time;

namespace Athena.Common.Kpis;

/// <summary>Of which time a report is, in whole days of a zone. Pure.</summary>
public static class KpiSpan
{
    /// <summary>Without options.</summary>
    public const string Usual = "30d";

    private const int MostDays = 397;

    /// <summary>As the options say it.</summary>
    /// <param name="last"><c>30d</c>: so many days, today among them; null: the usual ones.</param>
    /// <param name="from">The first day, instead.</param>
    /// <param name="to">With it: the first day that is not of it any more; null: up to now.</param>
    /// <exception cref="UsageException">They are no days, or too many.</exception>
    public static Window Parse(string? last, string? from, string? to, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (from is null && to is not null) throw new UsageException("--to goes with --from.");
        if (from is not null && last is not null) throw new UsageException("Either --last or --from, not both.");
        var end = to is null ? now : Day("--to", to);
        var begin = from is null ? Last(last ?? Usual, zone, now) : Day("--from", from);
        if (end > now) end = now;
        if (begin >= end) throw new UsageException("There is nothing between --from and --to that is over.");
        return end - begin > TimeSpan.FromDays(MostDays)
            ? throw new UsageException($"At most {MostDays} days: no more is kept.")
            : new Window(begin, end);

        DateTimeOffset Day(string option, string text) =>
            TimeArgument.TryParse(text, zone, out var at) && BeginOfDay(at, zone, 0) == at
                ? at
                : throw new UsageException($"{option} {text}: is no day; write 2026-11-01.");
    }

    /// <summary>The last month that is over.</summary>
    public static Window LastMonth(TimeZoneInfo zone, DateTimeOffset now)
    {
        var today = TimeZoneInfo.ConvertTime(now, zone);
        var first = new DateTime(today.Year, today.Month, 1);
        return new Window(LocalClock.First(first.AddMonths(-1), zone), LocalClock.First(first, zone));
    }

    private static DateTimeOffset Last(string last, TimeZoneInfo zone, DateTimeOffset now) =>
        Duration.TryParse(last, out var length, out _) && length >= TimeSpan.FromDays(1) && length.Ticks % TimeSpan.TicksPerDay == 0
            && length <= TimeSpan.FromDays(MostDays)
            ? BeginOfDay(now, zone, 1 - (int)length.TotalDays)
            : throw new UsageException($"--last {last}: must be whole days, from 1d to {MostDays}d.");

    private static DateTimeOffset BeginOfDay(DateTimeOffset at, TimeZoneInfo zone, int days) =>
        LocalClock.First(TimeZoneInfo.ConvertTime(at, zone).Date.AddDays(days), zone);
}
