namespace Athena.Common.Time;

/// <summary>
/// Windows that end at chosen full hours of chosen local days, as 06:00 to 18:00. Pure.
/// <para>
/// The local clock rules, at both ends: the window that ends at 09:00 with a length of an hour begins when the clock showed 08:00. So
/// hours that follow each other leave no hole between their windows, and each hour of a day is served once: an hour that comes twice ends
/// its window when it comes first, and the next window holds the repetition (two hours long); an hour that the clock is set forward over
/// is served at that moment, together with the hour that it is set forward to. Hours of a day that a zone leaves out altogether (the
/// date line was moved) are not served.
/// </para>
/// </summary>
/// <param name="hours">0 to 23, the hours at which windows end.</param>
/// <param name="days">Local days on which they do.</param>
/// <param name="length">On the local clock; whole minutes, at most a day.</param>
public sealed class HourlySchedule(IReadOnlySet<int> hours, IReadOnlySet<DayOfWeek> days, TimeSpan length, TimeZoneInfo zone)
{
    private static readonly TimeSpan DateLine = TimeSpan.FromHours(12);

    /// <summary>The first window that ends after <paramref name="time"/>; null when no hour or no day was chosen.</summary>
    public Window? Next(DateTimeOffset time)
    {
        // A chosen day comes within a week; one more for a day that a zone leaves out.
        for (var week = 0; week < 3; week++)
        {
            foreach (var window in Ending(time, time.AddDays(7 * (week + 1))))
                return window;
        }

        return null;
    }

    /// <summary>All windows that end after <paramref name="after"/> and not after <paramref name="upTo"/>, in order.</summary>
    public IEnumerable<Window> Ending(DateTimeOffset after, DateTimeOffset upTo)
    {
        var latest = DateTimeOffset.MinValue;
        // A day more at each side: the moment of a change may belong to the hours of the day before or after.
        var last = LocalClock.At(upTo, zone).Date.AddDays(1);
        for (var day = LocalClock.At(after, zone).Date.AddDays(-1); day <= last; day = day.AddDays(1))
        {
            if (!days.Contains(day.DayOfWeek))
                continue;
            foreach (var window in hours.Order().Select(hour => Window(day.AddHours(hour))).OfType<Window>())
            {
                if (window.To <= latest)
                    continue; // the same moment under its second name
                latest = window.To;
                if (window.To > after && window.To <= upTo)
                    yield return window;
            }
        }
    }

    private Window? Window(DateTime local)
    {
        var to = LocalClock.First(local, zone);
        if (LocalClock.At(to, zone) - local >= DateLine)
            return null;
        var from = LocalClock.First(local - length, zone);
        return new Window(from < to ? from : to - length, to);
    }
}
