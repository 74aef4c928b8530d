using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Grafana.Usage;

/// <summary>How long dashboards take to show their data.</summary>
public sealed partial class ActivityCounter
{
    /// <summary>Lines may be so much later than their successors, as those of a part may be.</summary>
    private const long Slack = 10 * TimeSpan.TicksPerSecond;

    /// <summary>More at the begin of a part, and it is read line by line.</summary>
    private const int MostEarly = 10_000;

    private readonly List<DashboardLoad> loads = [];

    // At the begin of a part: what may belong to an opening of before, which another thread reads.
    private readonly List<(UserRow Row, int Uid, long Begin, long End)> earlyQueries = [];
    private readonly List<(UserRow Row, ulong Uid, DashboardLoad Load)> earlyFetches = [];
    private bool isPart;
    private long partBegan;

    /// <summary>What ended before the window did. One row's visitors are many people, whose requests cannot be told apart.</summary>
    private IReadOnlyList<DashboardTimes> LoadTimes(string[] uidTexts)
    {
        long until = options.Window?.To.UtcTicks ?? long.MaxValue;
        return
        [
            .. loads.Where(load => load.Milliseconds is not null && load.OpenUntil < until)
                .GroupBy(load => load.Uid, load => load.Milliseconds!.Value)
                .Select(dashboard => new DashboardTimes(uidTexts[dashboard.Key], TimeTally.Of(dashboard)))
                .OrderByDescending(dashboard => dashboard.Times.Count).ThenBy(dashboard => dashboard.Uid, StringComparer.Ordinal),
        ];
    }

    private static void TakePage(UserRow row, scoped ReadOnlySpan<byte> uid, long begin) =>
        row.Page = new PageRequest(ByteMark.Of(uid), begin);

    /// <param name="isOpening">See <see cref="DashboardRow.TakeOpen"/>.</param>
    private void TakeFetch(
        UserRow row, ref DashboardRow dashboard, int number, scoped ReadOnlySpan<byte> uid, long begin, long end, bool isOpening)
    {
        if (!isOpening)
        {
            dashboard.Load?.TakeAnswer(end);
            return;
        }

        if (row.Id == Visitor || loads.Count >= ActivityBounds.Opens)
            return;
        var load = dashboard.Load = new DashboardLoad(number, begin, end);
        loads.Add(load);
        ulong mark = ByteMark.Of(uid);
        if (row.Page.At != 0)
            UsePage(row, mark, load);
        else if (IsEarly(begin))
            earlyFetches.Add((row, mark, load));
    }

    private void TakeQuery(UserRow row, ref DashboardRow dashboard, int number, long begin, long end)
    {
        if (dashboard.Load is { } load)
            load.TakeQuery(begin, end);
        else if (row.Id != Visitor && IsEarly(begin) && earlyQueries.Count <= MostEarly)
            earlyQueries.Add((row, number, begin, end));
    }

    private static void UsePage(UserRow row, ulong uid, DashboardLoad load)
    {
        if (row.Page.Uid != uid || load.Asked < row.Page.At || load.Asked - row.Page.At > DashboardLoad.PageBefore)
            return;
        load.Page = row.Page.At;
        row.Page = row.Page with { Uid = 0 };
    }

    /// <summary>It may belong to what was begun before this part.</summary>
    private bool IsEarly(long begin)
    {
        if (!isPart)
            return false;
        if (partBegan == 0)
            partBegan = begin;
        return begin <= partBegan + DashboardLoad.Longest + (2 * Slack);
    }

    private bool HasRoomForLoads(ActivityCounter part) =>
        part.earlyQueries.Count <= MostEarly && loads.Count + part.loads.Count <= ActivityBounds.Opens;

    /// <summary>To be called before the rows are joined, when all uids there have numbers here.</summary>
    private void JoinLoads(ActivityCounter part, int[] uidsHere)
    {
        foreach (var (row, uid, load) in part.earlyFetches)
        {
            if (rows.TryGetValue((row.Id, row.OrgId), out var here))
                UsePage(here, uid, load);
        }
        foreach (var (row, uid, begin, end) in part.earlyQueries)
        {
            if (rows.TryGetValue((row.Id, row.OrgId), out var here) && here.Dashboards.IndexOf(uidsHere[uid]) is >= 0 and var at)
                here.Dashboards[at].Load?.TakeQuery(begin, end);
        }
        foreach (var load in part.loads)
            load.Uid = uidsHere[load.Uid];
        loads.AddRange(part.loads);
    }

    private static long BeginOf(scoped in LogLine line, DateTimeOffset time) =>
        time.UtcTicks - (Math.Clamp(line.TimeMs, 0, LongestRequest) * TimeSpan.TicksPerMillisecond);
}
