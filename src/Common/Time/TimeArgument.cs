using System.Globalization;

namespace Athena.Common.Time;

/// <summary>
/// A day or a time that a person gives to a command: <c>2027-03-31</c>, <c>2027-03-31T18:00</c>, <c>2027-03-31T18:00:00+02:00</c>. Without
/// an offset it is meant in the zone in which mails show times, whatever the zone of the machine. Nothing else is read: <c>3/4/2027</c> is
/// March to some and April to others. Pure.
/// </summary>
public static class TimeArgument
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK"];

    /// <summary>
    /// False when it is written otherwise or is no time at all; <c>18:00</c> alone is another time each day. Where the clock is set back
    /// the earlier of two times is meant.
    /// </summary>
    public static bool TryParse(string text, TimeZoneInfo zone, out DateTimeOffset at)
    {
        if (!DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
            return false;
        if (DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var local)
            && local.Kind == DateTimeKind.Unspecified)
        {
            if (local.Year is 1 or 9999)
                return false; // At either end of the calendar no zone's clock can be read.
            at = LocalClock.First(local, zone);
        }

        return true;
    }

    /// <summary>How far back: <c>7d</c>, <c>36h</c>, or a time that is over, in UTC.</summary>
    /// <returns>Null when it is neither, or before there was any log.</returns>
    public static DateTimeOffset? Since(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (Duration.TryParse(text, out var back, out _))
            return back > TimeSpan.Zero && back < now - DateTimeOffset.UnixEpoch ? now - back : null;
        return TryParse(text, zone, now) is { } at && at < now && at > DateTimeOffset.UnixEpoch.AddDays(1) ? at.ToUniversalTime() : null;
    }

    /// <summary>The same for an end that people name by its day: until a day means through it, to its last second.</summary>
    public static bool TryParseEnd(string text, TimeZoneInfo zone, out DateTimeOffset at)
    {
        if (!TryParse(text, zone, out at)) return false;
        if (DateOnly.TryParseExact(text, Formats[0], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            at = LocalClock.First(day.AddDays(1).ToDateTime(TimeOnly.MinValue), zone).AddSeconds(-1);
        return true;
    }

    /// <summary>The same, and <c>06:00</c> as that time of today, for commands that look back.</summary>
    /// <returns>Null when it is none.</returns>
    public static DateTimeOffset? TryParse(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
            return LocalClock.First(TimeZoneInfo.ConvertTime(now, zone).Date + clock.ToTimeSpan(), zone);
        return TryParse(text, zone, out var at) ? at : null;
    }
}
