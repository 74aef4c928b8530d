using System.Globalization;
using Athena.Common.State.Backups;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.State;

/// <summary>
/// How many reports there were of each month. Never changed but replaced: what the disk refuses is taken back as a whole.
/// </summary>
/// <param name="Since">From when they are counted.</param>
/// <param name="Last">When the hour of the newest report begins; null before the first.</param>
/// <param name="Months">Reports by month, <c>2026-11</c>.</param>
internal sealed record ReportCounts(DateTimeOffset Since, DateTimeOffset? Last, IReadOnlyDictionary<string, int> Months)
{
    /// <summary>More than any hour can be late.</summary>
    private const int MostMonths = 24;

    /// <param name="zone">By whose clock months begin.</param>
    /// <param name="restored">See <see cref="ComplianceState.Restored"/>.</param>
    public ReportPlace Next(Window window, TimeZoneInfo zone, RestoredFrom? restored)
    {
        var month = MonthOf(window.From, zone);
        return new ReportPlace(month, Months.GetValueOrDefault(month) + 1, Last)
        {
            Since = MonthOf(Since, zone) == month ? Since : null,
            Backup = restored is not null && string.CompareOrdinal(MonthOf(restored.BackupAt, zone), month) <= 0
                && string.CompareOrdinal(month, MonthOf(restored.At, zone)) <= 0 ? restored.BackupAt : null,
        };
    }

    /// <param name="begin">When the hour of that report begins.</param>
    public ReportCounts With(ReportPlace place, DateTimeOffset begin)
    {
        var months = new SortedDictionary<string, int>(Months.ToDictionary(), StringComparer.Ordinal);
        months[place.Month] = Math.Max(place.Number, months.GetValueOrDefault(place.Month));
        while (months.Count > MostMonths) months.Remove(months.Keys.First());
        return this with { Last = begin, Months = months };
    }

    private static string MonthOf(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
