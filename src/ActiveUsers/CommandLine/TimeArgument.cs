using System.Globalization;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>Times as people type them: <c>06:00</c> of today, <c>2026-11-20</c>, <c>2026-11-20T06:00</c>, or with an offset. Pure.</summary>
internal static class TimeArgument
{
    private static readonly string[] Local = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    /// <returns>Null when it is none.</returns>
    public static DateTimeOffset? TryParse(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
            return In(zone, TimeZoneInfo.ConvertTime(now, zone).Date + clock.ToTimeSpan());
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return In(zone, local);
        return text.Length > 16 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact) ? exact : null;
    }

    private static DateTimeOffset In(TimeZoneInfo zone, DateTime local) => new(local, zone.GetUtcOffset(local));
}
