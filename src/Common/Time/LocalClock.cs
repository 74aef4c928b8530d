namespace Athena.Common.Time;

/// <summary>Reads a zone's clock, and finds the moments at which it is set forward or back. Pure.</summary>
internal static class LocalClock
{
    /// <summary>What the clock on the wall shows; its <see cref="DateTime.Kind"/> is unspecified.</summary>
    public static DateTime At(DateTimeOffset instant, TimeZoneInfo zone) => new(instant.UtcTicks + zone.GetUtcOffset(instant).Ticks);

    /// <summary>
    /// When the clock on the wall shows this for the first time; where it never does because the clock is set forward over it, the
    /// moment at which that happens.
    /// </summary>
    public static DateTimeOffset First(DateTime local, TimeZoneInfo zone)
    {
        // The offsets a day before and after are the only ones that can hold: no zone changes twice in two days.
        var before = zone.GetUtcOffset(new DateTimeOffset(local.AddDays(-1), TimeSpan.Zero));
        var after = zone.GetUtcOffset(new DateTimeOffset(local.AddDays(1), TimeSpan.Zero));
        var early = Instant(local, before);
        if (At(early, zone) == local)
            return early;
        var late = Instant(local, after);
        return At(late, zone) == local ? late : Change(late, early, zone);
    }

    /// <summary>
    /// The first moment after <paramref name="from"/>, up to <paramref name="to"/>, at which another offset holds than at
    /// <paramref name="from"/>.
    /// </summary>
    public static DateTimeOffset Change(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(from);
        var (low, high) = (from.UtcTicks, to.UtcTicks);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (zone.GetUtcOffset(new DateTimeOffset(middle, TimeSpan.Zero)) == offset)
                low = middle;
            else
                high = middle;
        }

        return new DateTimeOffset(high, TimeSpan.Zero);
    }

    private static DateTimeOffset Instant(DateTime local, TimeSpan offset) => new(local.Ticks - offset.Ticks, TimeSpan.Zero);
}
