using Athena.Common.Time;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Time;

public sealed class HourlyScheduleTests
{
    private static readonly IReadOnlySet<DayOfWeek> AllDays = Enum.GetValues<DayOfWeek>().ToHashSet();

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public void The_first_run_of_the_day_looks_at_the_hour_before_it()
    {
        var windows = Schedule("06-18", "mon-sun", "Africa/Johannesburg")
            .Ending(At("2026-11-20T16:00:00Z"), At("2026-11-21T16:00:00Z")).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(windows, Has.Count.EqualTo(13));
            Assert.That(windows[0], Is.EqualTo(new Window(At("2026-11-21T03:00:00Z"), At("2026-11-21T04:00:00Z"))), "05:00–06:00 SAST");
            Assert.That(windows[^1].To, Is.EqualTo(At("2026-11-21T16:00:00Z")), "18:00 SAST");
        });
    }

    [Test]
    public void On_friday_evening_the_next_of_the_working_days_is_monday() =>
        Assert.That(
            Schedule("06-18", "mon-fri", "Africa/Johannesburg").Next(At("2026-11-20T16:00:00Z"))!.Value.To,
            Is.EqualTo(At("2026-11-23T04:00:00Z")));

    [Test]
    public void Without_hours_or_days_there_is_no_next()
    {
        Assert.That(new HourlySchedule(new HashSet<int>(), AllDays, Hour, TimeZoneInfo.Utc).Next(At("2026-11-20T16:00:00Z")), Is.Null);
        Assert.That(
            new HourlySchedule(new HashSet<int> { 6 }, new HashSet<DayOfWeek>(), Hour, TimeZoneInfo.Utc).Next(At("2026-11-20T16:00:00Z")),
            Is.Null);
    }

    [Test]
    public void An_hour_that_the_clock_is_set_forward_over_is_one_with_the_next() =>
        Assert.That(
            Schedule("00-04", "mon-sun", "America/New_York").Ending(At("2026-03-08T05:00:00Z"), At("2026-03-08T08:00:00Z")),
            Is.EqualTo(new[]
            {
                new Window(At("2026-03-08T05:00:00Z"), At("2026-03-08T06:00:00Z")),
                new Window(At("2026-03-08T06:00:00Z"), At("2026-03-08T07:00:00Z")),
                new Window(At("2026-03-08T07:00:00Z"), At("2026-03-08T08:00:00Z")),
            }));

    [Test]
    public void The_hour_that_the_clock_is_set_forward_to_is_served_alone_where_the_other_is_not_wanted() =>
        Assert.That(
            Schedule("03", "mon-sun", "America/New_York").Next(At("2026-03-08T05:00:00Z")),
            Is.EqualTo(new Window(At("2026-03-08T06:00:00Z"), At("2026-03-08T07:00:00Z"))));

    [Test]
    public void An_hour_that_comes_twice_is_served_once_and_its_repetition_lies_in_the_next_window() =>
        Assert.That(
            Schedule("00-03", "mon-sun", "America/New_York").Ending(At("2026-11-01T04:00:00Z"), At("2026-11-01T08:00:00Z")),
            Is.EqualTo(new[]
            {
                new Window(At("2026-11-01T04:00:00Z"), At("2026-11-01T05:00:00Z")),
                new Window(At("2026-11-01T05:00:00Z"), At("2026-11-01T07:00:00Z")),
                new Window(At("2026-11-01T07:00:00Z"), At("2026-11-01T08:00:00Z")),
            }));

    [Test]
    public void A_day_that_a_zone_leaves_out_is_not_served()
    {
        var days = Schedule("06-18", "mon-sun", "Pacific/Apia").Ending(At("2011-12-28T00:00:00Z"), At("2012-01-02T00:00:00Z"))
            .Select(window => Zones.Local(window.To, Zones.Zone("Pacific/Apia")).Day).Distinct();
        Assert.That(days, Is.EqualTo(new[] { 27, 28, 29, 31, 1, 2 }));
    }

    /// <summary>Two years in each zone: every wanted hour of every local day is served by one window, and none by two.</summary>
    [Test]
    public void Each_hour_of_each_day_once([ValueSource(typeof(Zones), nameof(Zones.Names))] string name)
    {
        var zone = Zones.Zone(name);
        var windows = Schedule("00-23", "mon-sun", name).Ending(At("2026-01-01T12:00:00Z"), At("2028-01-01T12:00:00Z")).ToList();
        var served = windows.Select(window => Zones.Local(window.To, zone)).ToList();
        var holes = windows.Zip(windows.Skip(1)).Where(pair => pair.First.To != pair.Second.From).ToList();
        var wanted = Enumerable.Range(1, windows.Count * 2).Select(hour => served[0].AddHours(hour))
            .TakeWhile(hour => hour < served[^1]).ToHashSet();
        var missing = wanted.Except(served).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(served, Is.Unique);
            Assert.That(holes, Is.Empty);
            Assert.That(missing.All(zone.IsInvalidTime), "only what the clock never shows: that is served at its jump");
        });
    }

    /// <summary>
    /// The daemon's way: what has been decided is known by its end, and after each tick everything up to now is decided. However the
    /// clock jumps, each window is decided once, and none is left out.
    /// </summary>
    [Test]
    public void A_jumping_clock_neither_repeats_nor_skips_an_hour() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(
            Zones.Any.ToArbitrary(), Zones.Moment.ToArbitrary(), Gen.Choose(-10_000, 30_000).ArrayOf(60).ToArbitrary(),
            (zone, start, jumps) =>
            {
                var schedule = new HourlySchedule(Enumerable.Range(6, 13).ToHashSet(), AllDays, Hour, zone);
                var decided = new List<Window>();
                var (now, done) = (start, start);
                foreach (var jump in jumps)
                {
                    now = now.AddSeconds(jump);
                    foreach (var window in schedule.Ending(done, now))
                    {
                        decided.Add(window);
                        done = window.To;
                    }
                }

                return decided.SequenceEqual(schedule.Ending(start, done));
            }));

    [TestCase("06-18", 13)]
    [TestCase("7,12-14", 4)]
    [TestCase("22-05", 8)]
    [TestCase(" 6 - 8 , 23 ", 4)]
    [TestCase("0", 1)]
    public void Reads_hours(string text, int count)
    {
        Assert.That(HourList.TryParseHours(text, out var hours, out _));
        Assert.That(hours, Has.Count.EqualTo(count));
    }

    [TestCase("")]
    [TestCase("06-24")]
    [TestCase("6-8-10")]
    [TestCase("-6")]
    [TestCase("six")]
    [TestCase("6,,7")]
    public void Refuses_other_hours(string text)
    {
        Assert.That(HourList.TryParseHours(text, out var hours, out var reason), Is.False);
        Assert.That(hours, Is.Empty);
        Assert.That(reason, Does.Contain("06-18"));
    }

    [TestCase("mon-sun", 7)]
    [TestCase("Mon-Fri", 5)]
    [TestCase("sat,sun", 2)]
    [TestCase("fri-mon", 4)]
    public void Reads_days(string text, int count)
    {
        Assert.That(HourList.TryParseDays(text, out var days, out _));
        Assert.That(days, Has.Count.EqualTo(count));
    }

    [TestCase("monday")]
    [TestCase("")]
    [TestCase("mon-")]
    public void Refuses_other_days(string text) => Assert.That(HourList.TryParseDays(text, out _, out _), Is.False);

    private static HourlySchedule Schedule(string hours, string days, string zone)
    {
        Assert.That(HourList.TryParseHours(hours, out var hourSet, out _) & HourList.TryParseDays(days, out var daySet, out _));
        return new HourlySchedule(hourSet, daySet, Hour, Zones.Zone(zone));
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time);
}
