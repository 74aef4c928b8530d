namespace Athena.Common.Time;

/// <summary>A span of time that is looked at: <paramref name="From"/> belongs to it, <paramref name="To"/> does not.</summary>
public readonly record struct Window(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;

    /// <summary>The same span, its times as a clock of that zone shows them.</summary>
    public Window In(TimeZoneInfo zone) => new(TimeZoneInfo.ConvertTime(From, zone), TimeZoneInfo.ConvertTime(To, zone));

    public bool Contains(DateTimeOffset time) => time >= From && time < To;
}
