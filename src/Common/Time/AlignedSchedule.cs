namespace Athena.Common.Time;

/// <summary>
/// Windows that follow each other without a hole, each ending when the local clock shows a multiple of <see cref="Every"/>: :00, :15, :30
/// and :45 for 15 minutes. Pure.
/// <para>
/// Where the clock is set forward over such a time, the window ends at that moment; where an hour comes twice, both have their windows.
/// So a window can be shorter or longer than <see cref="Every"/> around a change (with 15 minutes it never is, in any zone of today), but
/// every moment belongs to exactly one.
/// </para>
/// </summary>
public sealed class AlignedSchedule
{
    /// <param name="every">Whole seconds, and a day must be a multiple of it.</param>
    /// <exception cref="ArgumentException">It is not; see <see cref="Divides"/>.</exception>
    public AlignedSchedule(TimeSpan every, TimeZoneInfo zone)
    {
        if (!Divides(every))
            throw new ArgumentException("A day must be a multiple of it, and it must be whole seconds.", nameof(every));
        (Every, Zone) = (every, zone);
    }

    public TimeSpan Every { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>Whether a day can be cut into such windows.</summary>
    public static bool Divides(TimeSpan every) =>
        every >= TimeSpan.FromSeconds(1) && every.Ticks % TimeSpan.TicksPerSecond == 0 && TimeSpan.TicksPerDay % every.Ticks == 0;

    /// <summary>The first window that ends after <paramref name="time"/>; it begins at or before it.</summary>
    public Window Next(DateTimeOffset time)
    {
        var to = NextEnd(time);
        return new Window(EndBefore(to), to);
    }

    /// <summary>All windows that end after <paramref name="after"/> and not after <paramref name="upTo"/>, in order.</summary>
    public IEnumerable<Window> Ending(DateTimeOffset after, DateTimeOffset upTo)
    {
        for (var window = Next(after); window.To <= upTo; window = new Window(window.To, NextEnd(window.To)))
            yield return window;
    }

    private DateTimeOffset NextEnd(DateTimeOffset after)
    {
        var offset = Zone.GetUtcOffset(after);
        var candidate = new DateTimeOffset(Aligned(after.UtcTicks + offset.Ticks) - offset.Ticks, TimeSpan.Zero);
        if (Zone.GetUtcOffset(candidate) == offset)
            return candidate;

        // The clock changes before it would show that time, or just then.
        var change = LocalClock.Change(after, candidate, Zone);
        var offsetThen = Zone.GetUtcOffset(change);
        var shown = change.UtcTicks + offsetThen.Ticks;
        var wouldShow = candidate.UtcTicks + offset.Ticks;
        if (offsetThen > offset && wouldShow <= shown)
            return change; // it jumps over that time, or onto it
        if (shown % Every.Ticks == 0)
            return change; // set back onto a full one
        return new DateTimeOffset(Aligned(shown) - offsetThen.Ticks, TimeSpan.Zero);
    }

    // Searched forward from far enough back: the rule of the ends is then written once.
    private DateTimeOffset EndBefore(DateTimeOffset end)
    {
        for (var back = Every + Every; ; back += back)
        {
            var found = NextEnd(end - back);
            if (found >= end)
                continue;
            for (var next = NextEnd(found); next < end; next = NextEnd(found))
                found = next;
            return found;
        }
    }

    private long Aligned(long localTicks) => ((localTicks / Every.Ticks) + 1) * Every.Ticks;
}
