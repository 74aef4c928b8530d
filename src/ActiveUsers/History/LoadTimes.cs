using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.History;

/// <summary>
/// How long dashboards took, as it is kept for months: eight steps for each doubling, one of whose ends is two seconds. Each time is
/// kept as the end of its step, so that none becomes better than it was, and none worse by more than a tenth. Pure.
/// </summary>
internal static class LoadTimes
{
    private const int Steps = 8;
    private const double Middle = 2000;

    /// <summary>An eighth of a second, and a minute.</summary>
    private const int Lowest = -4 * Steps, Highest = 5 * Steps;

    /// <summary>The number of a step and how often it was met, one pair after the other.</summary>
    public static long[] Of(TimeTally times) =>
    [
        .. times.Times.GroupBy(time => StepOf(time.Milliseconds), time => time.Count).OrderBy(step => step.Key)
            .SelectMany(step => (long[])[step.Key, step.Sum()]),
    ];

    /// <summary>Of many windows together.</summary>
    public static TimeTally Sum(IEnumerable<long[]> kept) => TimeTally.Sum(kept.Select(pairs => new TimeTally(
        [.. pairs.Chunk(2).Where(pair => pair.Length == 2 && pair[0] is >= Lowest and <= Highest && pair[1] > 0)
            .Select(pair => new TimeCount(EndOf((int)pair[0]), pair[1]))])));

    private static int StepOf(long milliseconds) =>
        Math.Clamp((int)Math.Ceiling((Steps * Math.Log2(Math.Max(1, milliseconds) / Middle)) - 1e-9), Lowest, Highest);

    private static long EndOf(int step) => (long)Math.Round(Middle * Math.Pow(2, (double)step / Steps));
}
