using Athena.Common.Time;

namespace Athena.Common.Tests.Time;

public sealed class TimeArgumentTests
{
    [TestCase("2027-03-31", "2027-03-30T22:00:00Z")]
    [TestCase("2027-03-31T18:00", "2027-03-31T16:00:00Z")]
    [TestCase("2027-03-31 18:00", "2027-03-31T16:00:00Z")]
    [TestCase("2027-03-31T18:00:30", "2027-03-31T16:00:30Z")]
    [TestCase("2027-03-31T18:00Z", "2027-03-31T18:00:00Z")]
    [TestCase("2027-03-31T18:00:00-05:00", "2027-03-31T23:00:00Z")]
    [TestCase("2027-03-31T18:00:00.5000000+00:00", "2027-03-31T18:00:00.5Z")]
    [TestCase("2028-02-29", "2028-02-28T22:00:00Z")]
    public void A_day_or_time_without_an_offset_is_meant_in_the_zone_of_the_mails(string text, string expected) =>
        Assert.That(Read(text, "Africa/Johannesburg"), Is.EqualTo(DateTimeOffset.Parse(expected)));

    [TestCase("America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z")]
    [TestCase("America/New_York", "2027-03-14 02:30", "2027-03-14T07:00:00Z")]
    [TestCase("America/Havana", "2027-03-14", "2027-03-14T05:00:00Z")]
    public void Where_the_clock_is_changed_the_first_moment_is_meant(string zone, string text, string expected) =>
        Assert.That(Read(text, zone), Is.EqualTo(DateTimeOffset.Parse(expected)));

    [TestCase("3/4/2027")]
    [TestCase("18:00")]
    [TestCase("31 March 2027")]
    [TestCase("2027-02-29")]
    [TestCase("2027-03-31T18")]
    [TestCase("2027-03-31+02:00")]
    [TestCase("0001-01-01")]
    [TestCase("9999-12-31")]
    [TestCase("")]
    public void What_could_mean_two_things_or_none_is_refused(string text) =>
        Assert.That(TimeArgument.TryParse(text, Zones.Zone("Africa/Johannesburg"), out _), Is.False);

    private static DateTimeOffset Read(string text, string zone) =>
        TimeArgument.TryParse(text, Zones.Zone(zone), out var at) ? at : throw new AssertionException($"{text} was not understood");

    [TestCase("2027-03-31", "2027-03-31T21:59:59Z", Description = "through the day")]
    [TestCase("2027-03-31T18:00", "2027-03-31T16:00:00Z")]
    [TestCase("2027-03-31T18:00:00Z", "2027-03-31T18:00:00Z")]
    public void Until_a_day_is_through_that_day(string text, string end)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg");
        Assert.That(TimeArgument.TryParseEnd(text, zone, out var at), Is.True);
        Assert.That(at, Is.EqualTo(DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(TimeArgument.TryParseEnd("tomorrow", zone, out _), Is.False);
    }

    [TestCase("7d", "2026-11-14T05:00:00Z")]
    [TestCase("36h", "2026-11-19T17:00:00Z")]
    [TestCase("2026-11-20T18:00:00+02:00", "2026-11-20T16:00:00Z")]
    [TestCase("2026-11-20", "2026-11-19T22:00:00Z")]
    [TestCase("06:00", "2026-11-21T04:00:00Z")]
    [TestCase("08:00", null)]
    [TestCase("2026-11-22", null)]
    [TestCase("0s", null)]
    [TestCase("3000y", null)]
    [TestCase("last week", null)]
    public void Since_is_a_duration_or_a_time_that_is_over(string text, string? expected) =>
        Assert.That(
            TimeArgument.Since(
                text, TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"), DateTimeOffset.Parse("2026-11-21T05:00:00Z")),
            Is.EqualTo(expected is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(expected)));
}
