namespace Athena.AutoDisable.BornLocked;

/// <summary>
/// Which accounts came with an import into Grafana's database and are told of together. Nobody is let in by it; it decides about mails alone.
/// Pure.
/// </summary>
internal static class ImportPolicy
{
    /// <summary>So many may be made within a minute without any line of the log, as by a directory on a Monday morning.</summary>
    public const int MostOrdinary = 20;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <param name="unknown">When those were made whom nobody let in and of whom no line of the log tells how they came.</param>
    /// <param name="known">When the rows of those were made anew who had been let in.</param>
    /// <returns>For each of <paramref name="unknown"/> whether it came with an import.</returns>
    public static IReadOnlyList<bool> Together(IReadOnlyList<DateTimeOffset> unknown, IReadOnlyList<DateTimeOffset> known)
    {
        var together = new bool[unknown.Count];
        var order = Enumerable.Range(0, unknown.Count).OrderBy(i => unknown[i]).ToList();
        for (var (first, last) = (0, 0); last < order.Count; last++)
        {
            while (unknown[order[last]] - unknown[order[first]] > Window) first++;
            if (last - first >= MostOrdinary)
                for (var i = first; i <= last; i++) together[order[i]] = true;
        }

        var sorted = known.Order().ToArray();
        for (var i = 0; i < unknown.Count; i++) together[i] |= IsNear(unknown[i], sorted);
        return together;
    }

    private static bool IsNear(DateTimeOffset at, DateTimeOffset[] sorted)
    {
        var from = Array.BinarySearch(sorted, at - Window);
        if (from < 0) from = ~from;
        return from < sorted.Length && sorted[from] <= at + Window;
    }
}
