using Athena.Common.Time;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Time;

public sealed class AlignedScheduleTests
{
    private static readonly Gen<TimeSpan> AnyLength = Gen.Elements(1, 5, 15, 20, 30, 60, 360, 1440)
        .Select(minutes => TimeSpan.FromMinutes(minutes));

    [TestCase("2026-11-21T04:07:00Z", "2026-11-21T04:00:00Z", "2026-11-21T04:15:00Z")]
    [TestCase("2026-11-21T04:15:00Z", "2026-11-21T04:15:00Z", "2026-11-21T04:30:00Z")]
    [TestCase("2026-11-21T21:59:59Z", "2026-11-21T21:45:00Z", "2026-11-21T22:00:00Z")]
    public void Ends_at_quarters_of_the_local_hour(string after, string from, string to) =>
        Assert.That(Every(15, "Africa/Johannesburg").Next(At(after)), Is.EqualTo(new Window(At(from), At(to))));

    [Test]
    public void A_quarter_is_a_quarter_of_the_local_hour_where_the_offset_is_not_one() =>
        Assert.That(
            Every(60, "Asia/Kathmandu").Next(At("2026-11-21T04:07:00Z")).To,
            Is.EqualTo(At("2026-11-21T04:15:00Z")),
            "05:45 ahead: 10:00 there");

    [Test]
    public void Where_the_clock_is_set_forward_over_an_end_the_window_ends_at_that_moment() =>
        Assert.That(
            Every(60, "Australia/Lord_Howe").Ending(At("2026-10-03T14:30:00Z"), At("2026-10-03T17:00:00Z")).Select(window => window.To),
            Is.EqualTo(new[] { At("2026-10-03T15:30:00Z"), At("2026-10-03T16:00:00Z"), At("2026-10-03T17:00:00Z") }),
            "02:00 becomes 02:30, then 03:00");

    [Test]
    public void Where_half_an_hour_comes_twice_a_window_of_an_hour_takes_it_in() =>
        Assert.That(
            Every(60, "Australia/Lord_Howe").Ending(At("2026-04-04T14:00:00Z"), At("2026-04-04T16:30:00Z")),
            Is.EqualTo(
                new[]
                {
                    new Window(At("2026-04-04T14:00:00Z"), At("2026-04-04T15:30:00Z")),
                    new Window(At("2026-04-04T15:30:00Z"), At("2026-04-04T16:30:00Z")),
                }));

    [Test]
    public void An_hour_that_comes_twice_has_its_windows_twice()
    {
        var windows = Every(60, "America/New_York").Ending(At("2026-11-01T04:00:00Z"), At("2026-11-01T08:00:00Z")).ToList();
        Assert.That(
            windows.Select(window => window.To), Is.EqualTo(Enumerable.Range(5, 4).Select(hour => At($"2026-11-01T{hour:00}:00:00Z"))));
    }

    [Test]
    public void A_day_whose_midnight_is_left_out_still_begins()
    {
        // Cairo sets its clock from 00:00 to 01:00 on the last Friday of April.
        var window = Every(1440, "Africa/Cairo").Next(At("2026-04-23T12:00:00Z"));
        Assert.That(window, Is.EqualTo(new Window(At("2026-04-22T22:00:00Z"), At("2026-04-23T22:00:00Z"))));
    }

    [Test]
    public void Samoas_missing_day_loses_nothing()
    {
        var windows = Every(360, "Pacific/Apia").Ending(At("2011-12-29T00:00:00Z"), At("2011-12-31T00:00:00Z")).ToList();
        Assert.That(
            windows.Zip(windows.Skip(1)), Has.All.Matches<(Window First, Window Second)>(pair => pair.First.To == pair.Second.From));
        Assert.That(windows.Select(window => window.To), Does.Contain(At("2011-12-30T10:00:00Z")));
    }

    [Test]
    public void Windows_follow_each_other_without_a_hole_whenever_one_begins_to_ask() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(
            Zones.Any.ToArbitrary(), AnyLength.ToArbitrary(), Zones.Moment.ToArbitrary(), (zone, every, start) =>
            {
                var schedule = new AlignedSchedule(every, zone);
                var windows = schedule.Ending(start, start + (every * 40)).ToList();
                var joined = windows.Zip(windows.Skip(1)).All(pair => pair.First.To == pair.Second.From);
                return joined && windows.All(window => window.Length > TimeSpan.Zero) && windows[0].From <= start && windows[0].To > start;
            }));

    [Test]
    public void Every_end_shows_a_multiple_or_is_where_the_clock_jumps_over_one() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(
            Zones.Any.ToArbitrary(), AnyLength.ToArbitrary(), Zones.Moment.ToArbitrary(), (zone, every, start) =>
                new AlignedSchedule(every, zone).Ending(start, start + (every * 40)).All(window =>
                    Zones.Local(window.To, zone).TimeOfDay.Ticks % every.Ticks == 0
                    || zone.GetUtcOffset(window.To) > zone.GetUtcOffset(window.To.AddTicks(-1)))));

    /// <summary>Asked at any moments, with a clock that jumps to and fro, the same windows are found: each is known by its end.</summary>
    [Test]
    public void A_jumping_clock_finds_the_same_windows() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
            Zones.Any.ToArbitrary(), Zones.Moment.ToArbitrary(), Gen.Choose(-7200, 7200).ArrayOf(30).ToArbitrary(), (zone, start, jumps) =>
            {
                var schedule = new AlignedSchedule(TimeSpan.FromMinutes(15), zone);
                var all = schedule.Ending(start.AddDays(-4), start.AddDays(4)).ToHashSet();
                var now = start;
                return jumps.All(jump => all.Contains(schedule.Next(now = now.AddSeconds(jump))));
            }));

    [Test]
    public void Two_years_of_quarters_are_each_a_quarter_of_an_hour([ValueSource(typeof(Zones), nameof(Zones.Names))] string zone)
    {
        var windows = Every(15, zone).Ending(At("2026-01-01T00:00:00Z"), At("2028-01-01T00:00:00Z")).ToList();
        Assert.That(windows, Has.Count.EqualTo(2 * 365 * 96));
        Assert.That(windows.All(window => window.Length == TimeSpan.FromMinutes(15)));
    }

    [TestCase(0)]
    [TestCase(7 * 60)]
    [TestCase(0.5)]
    [TestCase(2 * 86_400)]
    public void Refuses_what_a_day_is_no_multiple_of(double seconds) =>
        Assert.That(() => new AlignedSchedule(TimeSpan.FromSeconds(seconds), TimeZoneInfo.Utc), Throws.ArgumentException);

    private static AlignedSchedule Every(int minutes, string zone) => new(TimeSpan.FromMinutes(minutes), Zones.Zone(zone));

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time);
}
