using System.Globalization;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Tests.GrafanaLog.Ranges;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>
/// Logs of hosts whose clock is set forwards and back, written in one file or several: each line is found by its own time wherever it lies,
/// and a window is called whole only where the clock leaves no doubt.
/// </summary>
public sealed class ClockHistoriesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public void Every_line_is_found_and_no_doubt_is_hidden([Range(1, 120)] int seed)
    {
        using var log = new LogDirectory();
        var random = new Random(seed);
        List<(DateTimeOffset Time, string Name)> written = Write(log, random);
        for (int i = 0; i < 4; i++)
        {
            DateTimeOffset from = Begin.AddMinutes(random.Next(0, 150));
            DateTimeOffset to = from.AddMinutes(random.Next(1, 40));
            WindowRead read = WindowRead.OfFile(log.Path, from, to);
            string where = $"seed {seed}, {from:HH:mm}-{to:HH:mm}";
            Assert.That(
                read.Messages, Is.EqualTo(written.Where(line => line.Time >= from && line.Time < to).Select(line => line.Name)), where);

            foreach ((DateTimeOffset back, DateTimeOffset latest) in StepsBack(written))
            {
                if (back < to && latest >= from)
                    Assert.That(
                        read.Coverage.Gaps.Any(gap => gap.From <= (back < from ? from : back) && gap.To >= (latest < to ? latest : to)),
                        where + $", set back from {latest:HH:mm:ss} to {back:HH:mm:ss}");
            }
            if (!StepsBack(written).Any())
                Assert.That(read.Coverage.Gaps.Where(gap => gap.Cause == GapCause.ClockSet), Is.Empty, where);
        }
    }

    /// <summary>
    /// From where to where the time went back, as one sees who looks at all lines in the order in which they were written.
    /// </summary>
    private static IEnumerable<(DateTimeOffset Back, DateTimeOffset Latest)> StepsBack(List<(DateTimeOffset Time, string Name)> written)
    {
        for (int i = 1; i < written.Count; i++)
        {
            if (written[i - 1].Time - written[i].Time > TimeSpan.FromSeconds(10))
                yield return (written[i].Time, written[i - 1].Time);
        }
    }

    private static List<(DateTimeOffset Time, string Name)> Write(LogDirectory log, Random random)
    {
        var written = new List<(DateTimeOffset, string)>();
        DateTimeOffset clock = Begin;
        int files = random.Next(1, 4);
        for (int stretch = 0; stretch < random.Next(1, 6) + 1; stretch++)
        {
            int lines = random.Next(1, 400);
            double pace = random.Next(4) switch { 0 => 0.2, 1 => 2, 2 => 15, _ => 70 };
            for (int i = 0; i < lines && clock < Begin.AddHours(4); i++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"s{stretch}n{i}");
                log.Append($"logger=test t={clock:yyyy-MM-ddTHH:mm:ss.fffZ} level=info msg={name}\n");
                written.Add(
                    (
                        DateTimeOffset.Parse(
                            clock.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
                        name));
                clock = clock.AddSeconds(pace * random.NextDouble());
            }
            if (stretch < files - 1)
                log.Rotate();
            clock = random.Next(4) switch
            {
                0 => clock.AddMinutes(random.Next(1, 60)),
                1 => clock.AddMinutes(-random.Next(1, 60)) is var back && back > Begin ? back : Begin,
                2 => clock.AddSeconds(-random.Next(11, 40)) is var little && little > Begin ? little : Begin,
                _ => clock,
            };
        }
        return written;
    }
}
