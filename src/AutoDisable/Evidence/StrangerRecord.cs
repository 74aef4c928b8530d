using Athena.Common.GrafanaLog.Line;

namespace Athena.AutoDisable.Evidence;

/// <summary>
/// One stranger's lines, added up as they come: nothing in it depends on the lines' order but the order of its lists, and no line makes it
/// grow beyond its bounds.
/// </summary>
internal sealed class StrangerRecord(DateTimeOffset now)
{
    private const int MostAddresses = 8;
    private const int MostOrganisations = 16;
    private const int LongestAddress = 64;

    /// <summary>
    /// Bounds for three kinds of actions apart, so that none can push out another: many harmless ones do not hide a bad one.
    /// </summary>
    private const int MostCriticalDeeds = 40;
    private const int MostOtherDeeds = 20;
    private const int MostRefusals = 20;

    private readonly Dictionary<string, (int Opens, int Queries)> dashboards = new(StringComparer.Ordinal);
    private readonly List<string> addresses = [];
    private readonly List<long> organisations = [];
    private readonly Dictionary<(ObservedActionKind, ObservedActionOutcome, string, string, long),
        (int Count, DateTimeOffset? First)> actions = [];
    private int requests, refused, queries, livePages, criticalDeeds, otherDeeds, refusals;
    private DateTimeOffset? firstStart, lastStart;
    private bool isCut;

    public DateTimeOffset TouchedAt { get; set; } = now;

    /// <summary>True when they changed something critical, or may have.</summary>
    public bool IsCritical => criticalDeeds > 0;

    public void Add(in LogLine line)
    {
        requests++;
        if (line.Status is 401 or 403) refused++;
        if (line.Time is { } at)
        {
            var start = at - Duration(line.TimeMs, at);
            if (!(firstStart <= start)) firstStart = start;
            if (!(lastStart >= start)) lastStart = start;
        }

        AddTo(organisations, line.OrgId, MostOrganisations);
        if (!line.RemoteAddress.IsEmpty) AddTo(addresses, Cut(line.RemoteAddress.ToString(), LongestAddress), MostAddresses);
        if (!line.Method.Equals("HEAD"u8) && !line.Method.Equals("OPTIONS"u8) && OutcomeOf(line.Status) != ObservedActionOutcome.Refused
            && DataRules.IsQuery(line.Method.ToString(), ObservedActionRules.Normal(line.Path.ToString())))
            queries++;
        if (line.Method.Equals("GET"u8)) AddRead(line);
        else if (!line.Method.Equals("HEAD"u8) && !line.Method.Equals("OPTIONS"u8)) AddDeed(line);
    }

    public ExposureTrace Trace(DateTimeOffset logFrom, DateTimeOffset? lastPlainAnswer, DateTimeOffset? crowdedOutAt) => new(
        requests, firstStart, lastStart, livePages, refused,
        [.. dashboards.Select(d => new DashboardView(d.Key, d.Value.Opens, d.Value.Queries))],
        [.. addresses], [.. organisations],
        [
            .. actions.Select(d =>
                new ObservedAction(d.Key.Item1, d.Key.Item2, d.Key.Item3, d.Key.Item4, d.Key.Item5, d.Value.Count, d.Value.First)),
        ],
        isCut, logFrom, lastPlainAnswer, crowdedOutAt)
    { Queries = queries };

    private void AddRead(in LogLine line)
    {
        if (line.Status == -1 && line.Path.Equals("/api/live/ws"u8)) livePages++;
        else if (line.Status == 200 && DashboardAddress.Opened(line.Path.ToString()) is { } uid) AddDashboard(uid, opens: 1, queries: 0);
    }

    private void AddDeed(in LogLine line)
    {
        var method = Cut(line.Method.ToString(), 10);
        var path = ObservedActionRules.Normal(line.Path.ToString());
        var kind = ObservedActionRules.Kind(method, path);
        if (kind == ObservedActionKind.PageNoise)
        {
            if (line.Status == 200 && DashboardAddress.OnScreen(path, line.Referer.ToString()) is { } uid) AddDashboard(uid, 0, 1);
            return;
        }

        var outcome = OutcomeOf(line.Status);
        var isCritical = kind <= ObservedActionKind.Administration;
        if (outcome != ObservedActionOutcome.Done && !isCritical) return;

        var key = (kind, outcome, method, Cut(path, ObservedAction.LongestPath), line.OrgId);
        if (actions.TryGetValue(key, out var known))
        {
            actions[key] = (known.Count + 1, known.First <= line.Time || line.Time is null ? known.First : line.Time);
            return;
        }

        var hasRoom = outcome == ObservedActionOutcome.Refused ? HasRoom(ref refusals, MostRefusals)
            : isCritical ? HasRoom(ref criticalDeeds, MostCriticalDeeds)
            : HasRoom(ref otherDeeds, MostOtherDeeds);
        if (hasRoom) actions[key] = (1, line.Time);
    }

    private static ObservedActionOutcome OutcomeOf(long status) => status switch
    {
        >= 200 and < 300 => ObservedActionOutcome.Done,
        >= 400 and < 500 and not 499 => ObservedActionOutcome.Refused,
        _ => ObservedActionOutcome.Unclear,
    };

    private bool HasRoom(ref int kept, int most)
    {
        if (kept < most) return ++kept > 0;
        isCut = true;
        return false;
    }

    private void AddDashboard(string uid, int opens, int queries)
    {
        uid = Cut(uid, DashboardAddress.LongestUid);
        if (!dashboards.TryGetValue(uid, out var view) && dashboards.Count == ExposureRecorder.MostDashboards)
        {
            isCut = true;
            return;
        }

        dashboards[uid] = (view.Opens + opens, view.Queries + queries);
    }

    private void AddTo<T>(List<T> list, T item, int most)
    {
        if (list.Contains(item)) return;
        if (list.Count < most) list.Add(item);
        else isCut = true;
    }

    private static TimeSpan Duration(long milliseconds, DateTimeOffset at) =>
        milliseconds > 0 && milliseconds < (long)(at - DateTimeOffset.MinValue).TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.Zero;

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}

/// <summary>
/// Which requests ask for data, by their path alone: the referer, which a client writes, does not make a query one of a dashboard or none.
/// </summary>
internal static class DataRules
{
    /// <param name="method">As logged.</param>
    /// <param name="path">As <see cref="ObservedActionRules.Normal"/> gives it.</param>
    public static bool IsQuery(string method, string path) => path.ToLowerInvariant().Split('/') switch
    {
        ["", "api", "ds" or "tsdb", "query", ..] => true,
        ["", "api", "datasources", "proxy", _, ..] => true,
        ["", "api", "datasources", "uid", _, "resources" or "proxy", ..] => true,
        ["", "api", "datasources", _, "resources" or "proxy", ..] => true,
        ["", "api", "plugin-proxy", _, ..] or ["", "api", "plugins", _, "resources", ..] => true,
        ["", "api", "v1", "eval" or "rule", ..] => method == "POST", // Rules that are tried out are queries.
        ["", "api", "public", "dashboards", _, "panels", _, "query"] => true,
        ["", "api", "snapshots", { Length: > 0 }] => method == "GET", // The data of its panels is in it.
        ["", "render", ..] => true, // A picture shows what a query brings.
        ["", "apis", var group, _, "namespaces", _, .. var route] => IsQueryOf(method, group, route),
        ["", "apis", var group, ..] => group.StartsWith("query", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsQueryOf(string method, string group, string[] route) => (group, route) switch
    {
        _ when group.StartsWith("query", StringComparison.Ordinal) => true,
        _ when group.EndsWith(".datasource.grafana.app", StringComparison.Ordinal) =>
            route is [_, _, "query" or "resource" or "resources" or "proxy", ..],
        ("dashboard.grafana.app", ["snapshots", { Length: > 0 }, ..]) => method == "GET",
        _ => false,
    };
}
