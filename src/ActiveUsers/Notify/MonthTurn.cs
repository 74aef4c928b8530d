using Athena.Common.Kpis;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Notify;

/// <summary>Whether a mail about the last month is due: once, from six in the morning after it. Pure.</summary>
/// <param name="Month">The last one that is over.</param>
/// <param name="IsFirst">Nobody was told of any: it begins with the month that runs.</param>
/// <param name="IsDue">It is over since this morning at the latest, and was not done.</param>
internal readonly record struct MonthTurn(Window Month, bool IsFirst, bool IsDue)
{
    private static readonly TimeSpan Morning = TimeSpan.FromHours(6);

    /// <param name="from">The first month that was not done; null before the first start. Ahead of now: the clock was.</param>
    public static MonthTurn Of(DateTimeOffset? from, TimeZoneInfo zone, DateTimeOffset now)
    {
        var month = KpiSpan.LastMonth(zone, now);
        return new MonthTurn(month, from is null || from > month.To, from < month.To && now >= month.To + Morning);
    }
}
