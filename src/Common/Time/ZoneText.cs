using System.Globalization;

namespace Athena.Common.Time;

/// <summary>Times as people in a zone write them. Safe for concurrent use.</summary>
public sealed class ZoneText(TimeZoneInfo zone)
{
    private readonly ZoneAbbreviations? abbreviations = ZoneAbbreviations.Load(zone.Id);

    public TimeZoneInfo Zone => zone;

    /// <summary><c>06:00–06:15 SAST</c>; both names where the clock was changed in between, both dates for a day or more.</summary>
    public string Span(Window window)
    {
        var (from, to) = (Name(window.From), Name(window.To));
        var pattern = window.Length < TimeSpan.FromDays(1) ? "HH:mm" : "d MMM HH:mm";
        return from == to
            ? $"{Local(window.From, pattern)}–{Local(window.To, pattern)} {to}"
            : $"{Local(window.From, pattern)} {from}–{Local(window.To, pattern)} {to}";
    }

    /// <summary><c>06:04</c>.</summary>
    public string Clock(DateTimeOffset time) => Local(time, "HH:mm");

    /// <summary><c>06:04 SAST</c>.</summary>
    public string ClockWithZone(DateTimeOffset time) => $"{Clock(time)} {Name(time)}";

    /// <summary><c>2026-11-20 06:04 SAST</c>: the one way in which commands write a time.</summary>
    public string Minute(DateTimeOffset time) => $"{Local(time, "yyyy-MM-dd HH:mm")} {Name(time)}";

    /// <summary><c>2026-11-20 06:04:05 SAST</c>.</summary>
    public string Second(DateTimeOffset time) => $"{Local(time, "yyyy-MM-dd HH:mm:ss")} {Name(time)}";

    /// <summary><c>2026-11-20</c>.</summary>
    public string Day(DateTimeOffset time) => Local(time, "yyyy-MM-dd");

    /// <summary><c>20 November 2026</c>.</summary>
    public string Date(DateTimeOffset time) => Local(time, "d MMMM yyyy");

    /// <summary><c>20 November 2026, 06:04 SAST</c>.</summary>
    public string DateAndClock(DateTimeOffset time) => $"{Date(time)}, {ClockWithZone(time)}";

    /// <summary>The same for a column: <c>20 Nov 2026, 06:04 SAST</c>.</summary>
    public string ShortDateAndClock(DateTimeOffset time) => $"{Local(time, "d MMM yyyy, HH:mm")} {Name(time)}";

    /// <summary>The same without the zone, where the column's head names that: <c>20 Nov 2026, 06:04</c>.</summary>
    public string ShortDateAndClockAlone(DateTimeOffset time) => Local(time, "d MMM yyyy, HH:mm");

    /// <summary>
    /// The day in which a window lies: one that ends at midnight lies in the day before. Both days of one that lies in two.
    /// </summary>
    public string Date(Window window)
    {
        var (first, last) = (window.From, window.To > window.From ? window.To.AddTicks(-1) : window.To);
        var (from, to) = (Date(first), Date(last));
        if (from == to)
            return to;
        var pattern = Local(first, "MMMM yyyy") == Local(last, "MMMM yyyy")
            ? "%d"
            : Local(first, "yyyy") == Local(last, "yyyy") ? "d MMMM" : "d MMMM yyyy";
        return $"{Local(first, pattern)}–{to}";
    }

    /// <summary>The zone's name at that time, <c>SAST</c>; its offset, <c>+02:00</c>, where it has none; <c>UTC</c>.</summary>
    public string Name(DateTimeOffset time)
    {
        var offset = zone.GetUtcOffset(time);
        if (abbreviations?.At(time, offset) is { } name)
            return name;
        return zone.Id is "UTC" ? "UTC" : time.ToOffset(offset).ToString("zzz", CultureInfo.InvariantCulture);
    }

    private string Local(DateTimeOffset time, string pattern) =>
        time.ToOffset(zone.GetUtcOffset(time)).ToString(pattern, CultureInfo.InvariantCulture);
}
