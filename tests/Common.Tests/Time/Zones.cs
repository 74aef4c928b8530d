using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Time;

/// <summary>
/// Zones with every kind of clock: none changed, by an hour, by half an hour, at midnight, on a half and a three-quarter offset.
/// </summary>
internal static class Zones
{
    public static readonly string[] Names =
    [
        "Africa/Johannesburg", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana", "Africa/Cairo",
        "America/Nuuk", "Asia/Kolkata",
    ];

    public static Gen<TimeZoneInfo> Any { get; } = Gen.Elements(Names).Select(TimeZoneInfo.FindSystemTimeZoneById);

    /// <summary>Any second of the years 2026 and 2027.</summary>
    public static Gen<DateTimeOffset> Moment { get; } =
        Gen.Choose(0, 2 * 365 * 86_400).Select(second => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(second));

    public static TimeZoneInfo Zone(string name) => TimeZoneInfo.FindSystemTimeZoneById(name);

    public static DateTime Local(DateTimeOffset time, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(time, zone).DateTime;
}
