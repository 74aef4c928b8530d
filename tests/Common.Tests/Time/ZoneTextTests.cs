using Athena.Common.Time;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Time;

public sealed class ZoneTextTests
{
    [TestCase("Africa/Johannesburg", "2026-11-21T04:00:00Z", "06:00–06:15 SAST")]
    [TestCase("Europe/Berlin", "2026-07-01T04:00:00Z", "06:00–06:15 CEST")]
    [TestCase("Europe/Berlin", "2026-12-01T04:00:00Z", "05:00–05:15 CET")]
    [TestCase("America/New_York", "2050-07-01T04:00:00Z", "00:00–00:15 EDT")]
    [TestCase("America/New_York", "2026-11-01T05:45:00Z", "01:45 EDT–01:00 EST")]
    [TestCase("Asia/Kolkata", "2026-11-21T04:00:00Z", "09:30–09:45 IST")]
    [TestCase("Australia/Lord_Howe", "2026-11-21T04:00:00Z", "15:00–15:15 +11:00")]
    [TestCase("America/Sao_Paulo", "2026-11-21T04:00:00Z", "01:00–01:15 -03:00")]
    [TestCase("UTC", "2026-11-21T04:00:00Z", "04:00–04:15 UTC")]
    public void Writes_a_window_as_people_there_do(string zone, string from, string expected)
    {
        var begin = DateTimeOffset.Parse(from);
        Assert.That(new ZoneText(Zones.Zone(zone)).Span(new Window(begin, begin.AddMinutes(15))), Is.EqualTo(expected));
    }

    [Test]
    public void Writes_both_dates_of_a_long_window()
    {
        var begin = DateTimeOffset.Parse("2026-11-20T22:00:00Z");
        Assert.That(
            new ZoneText(Zones.Zone("Africa/Johannesburg")).Span(new Window(begin, begin.AddDays(7))),
            Is.EqualTo("21 Nov 00:00–28 Nov 00:00 SAST"));
    }

    [Test]
    public void The_date_is_the_local_one()
    {
        var text = new ZoneText(Zones.Zone("Africa/Johannesburg"));
        var evening = DateTimeOffset.Parse("2026-11-19T22:30:00Z");
        Assert.That(
            (text.Date(evening), text.Clock(evening), text.ClockWithZone(evening)),
            Is.EqualTo(("20 November 2026", "00:30", "00:30 SAST")));
    }

    [Test]
    public void A_zone_without_a_file_shows_its_offset() =>
        Assert.That(
            new ZoneText(TimeZoneInfo.CreateCustomTimeZone("none", TimeSpan.FromHours(2), "none", "none")).Name(DateTimeOffset.UnixEpoch),
            Is.EqualTo("+02:00"));

    [Test]
    public void A_damaged_zone_file_is_no_reason_to_fall()
    {
        var whole = File.ReadAllBytes("/usr/share/zoneinfo/Europe/Berlin");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            Gen.Choose(0, whole.Length).ToArbitrary(), Gen.Choose(0, whole.Length - 1).ToArbitrary(), Gen.Choose(0, 255).ToArbitrary(),
            (length, at, value) =>
            {
                var bytes = whole.ToArray();
                bytes[at] = (byte)value;
                ZoneAbbreviations.Parse(bytes.AsSpan(0, length))?.At(DateTimeOffset.UnixEpoch.AddYears(57), TimeSpan.FromHours(1));
                return true;
            }));
    }
}
