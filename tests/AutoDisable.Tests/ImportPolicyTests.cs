using Athena.AutoDisable.BornLocked;

namespace Athena.AutoDisable.Tests;

/// <summary>Which rows came together, as an import makes them.</summary>
internal sealed class ImportPolicyTests
{
    [Test]
    public void More_than_twenty_within_a_minute_came_together_wherever_the_minute_begins([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var begin = new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
        List<DateTimeOffset> times = [.. Enumerable.Range(0, random.Next(1, 90)).Select(_ => begin.AddSeconds(random.Next(0, 240)))];
        var together = ImportPolicy.Together(times, []);
        for (var i = 0; i < times.Count; i++)
        {
            var most = times.Where(at => at <= times[i])
                .Max(from => from < times[i].AddMinutes(-1) ? 0 : times.Count(at => at >= from && at <= from.AddMinutes(1)));
            Assert.That(together[i], Is.EqualTo(most > ImportPolicy.MostOrdinary), $"number {i}");
        }

        Assert.That(ImportPolicy.Together([begin], [begin.AddSeconds(-61), begin.AddSeconds(60)]).Single());
        Assert.That(ImportPolicy.Together([begin], [begin.AddSeconds(-61), begin.AddSeconds(61)]).Single(), Is.False);
    }
}
