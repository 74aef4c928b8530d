using Athena.Common.Time;

namespace Athena.Common.Tests.Time;

internal sealed class DurationTests
{
    [TestCase("500ms", 500L)]
    [TestCase("60s", 60_000L)]
    [TestCase("15m", 900_000L)]
    [TestCase("2h", 7_200_000L)]
    [TestCase("90d", 7_776_000_000L)]
    [TestCase("2w", 1_209_600_000L)]
    [TestCase("7y", 220_903_200_000L)]
    [TestCase("1h30m", 5_400_000L)]
    [TestCase("1d12h5ms", 129_600_005L)]
    [TestCase(" 1s ", 1_000L)]
    [TestCase("0s", 0L)]
    [TestCase("922337203685477ms", 922_337_203_685_477L)]
    public void Reads_what_a_person_writes(string text, long milliseconds)
    {
        Assert.That(Duration.TryParse(text, out var duration, out var reason), Is.True, reason);
        Assert.That(duration, Is.EqualTo(TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond)));
        Assert.That(reason, Is.Empty);
    }

    [TestCase("", "must be a duration such as 500ms, 60s, 15m, 2h, 90d or 7y")]
    [TestCase("  ", "must be a duration such as 500ms, 60s, 15m, 2h, 90d or 7y")]
    [TestCase("s", "must be a duration such as 500ms, 60s, 15m, 2h, 90d or 7y")]
    [TestCase("-1s", "must be a duration such as 500ms, 60s, 15m, 2h, 90d or 7y")]
    [TestCase("1234567890123456s", "must be a duration such as 500ms, 60s, 15m, 2h, 90d or 7y")]
    [TestCase("15", "has no unit; write for example 15s for seconds or 15m for minutes")]
    [TestCase("1h30", "has no unit; write for example 30s for seconds or 30m for minutes")]
    [TestCase("15M", "has the unknown unit \"M\"; the units are ms, s, m, h, d, w and y")]
    [TestCase("1.5h", "has the unknown unit \".\"; the units are ms, s, m, h, d, w and y")]
    [TestCase("1h 5m", "has the unknown unit \"h \"; the units are ms, s, m, h, d, w and y")]
    [TestCase("29248y", "is too long")]
    [TestCase("922337203685478ms", "is too long")]
    [TestCase("29000y29000y", "is too long")]
    public void Says_why_something_is_none(string text, string why)
    {
        Assert.That(Duration.TryParse(text, out var duration, out var reason), Is.False);
        Assert.That((duration, reason), Is.EqualTo((TimeSpan.Zero, why)));
    }

    [TestCase(90L * 60_000, "90m")]
    [TestCase(36L * 3_600_000, "36h")]
    [TestCase(48L * 3_600_000, "2d")]
    [TestCase(7L * 86_400_000, "7d")]
    [TestCase(31_557_600_000L, "8766h")]
    [TestCase(1_000L, "1s")]
    [TestCase(1_001L, "1001ms")]
    [TestCase(1L, "1ms")]
    [TestCase(0L, "0ms")]
    [TestCase(-60_000L, "-1m")]
    public void Writes_the_largest_unit_that_leaves_nothing_over(long milliseconds, string text) =>
        Assert.That(Duration.Write(TimeSpan.FromMilliseconds(milliseconds)), Is.EqualTo(text));

    [Test]
    public void What_is_less_than_a_millisecond_is_rounded() =>
        Assert.That((Duration.Write(TimeSpan.FromTicks(5_001)), Duration.Write(TimeSpan.FromTicks(4_999))), Is.EqualTo(("1ms", "0ms")));

    [Test]
    public void What_is_written_is_read_as_the_same()
    {
        long[] units =
        [
            TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute, TimeSpan.TicksPerHour, TimeSpan.TicksPerDay,
        ];
        var random = new Random(20_261_129);
        for (var i = 0; i < 2_000; i++)
        {
            var span = new TimeSpan(random.Next(1_000_000) * units[random.Next(units.Length)]);
            Assert.That(Duration.TryParse(Duration.Write(span), out var read, out var reason), Is.True, reason);
            Assert.That(read, Is.EqualTo(span));
        }
    }
}
