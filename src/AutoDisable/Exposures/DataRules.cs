namespace Athena.AutoDisable.Exposures;

/// <summary>
/// Which requests ask for data, by their path alone: the referer, which a client writes, does not make a query one of a dashboard or none.
/// </summary>
internal static class DataRules
{
    /// <param name="method">As logged.</param>
    /// <param name="path">As <see cref="DeedRules.Normal"/> gives it.</param>
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
        _ when group.EndsWith(".datasource.grafana.app", StringComparison.Ordinal) => route is [_, _, "query" or "resource" or "resources" or "proxy", ..],
        ("dashboard.grafana.app", ["snapshots", { Length: > 0 }, ..]) => method == "GET",
        _ => false,
    };
}
