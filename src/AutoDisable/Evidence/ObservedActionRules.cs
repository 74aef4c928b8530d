namespace Athena.AutoDisable.Evidence;

/// <summary>
/// What a request that is not GET, HEAD or OPTIONS touches, by its path. What pages send by themselves was taken from recorded browser
/// sessions; what Grafana may gain in a later version is not mistaken for it.
/// </summary>
internal static class ObservedActionRules
{
    /// <summary>The path without repeated slashes and without one at the end, as Grafana's own routes are written.</summary>
    public static string Normal(string path) => "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));

    /// <param name="method">As logged.</param>
    /// <param name="path">As <see cref="Normal"/> gives it.</param>
    public static ObservedActionKind Kind(string method, string path) => path.ToLowerInvariant().Split('/') switch
    {
        ["", "api", .. var route] => OfApi(method, route),
        ["", "apis", var group, _, "namespaces", _, .. var route] => OfApiGroup(group, route),
        ["", "apis", "authorization.k8s.io", ..] => ObservedActionKind.PageNoise, // "May I?", asked in a POST.
        ["", "apis", ..] => ObservedActionKind.Administration,
        ["", "log" or "log-grafana-javascript-agent", ..] => ObservedActionKind.PageNoise,
        _ => ObservedActionKind.Other,
    };

    private static ObservedActionKind OfApi(string method, string[] route) => route switch
    {
        ["serviceaccounts", ..] => ObservedActionKind.ServiceAccount,
        ["snapshots" or "snapshots-delete", ..] => ObservedActionKind.Snapshot,
        ["dashboards", "uid", _, "public-dashboards", ..] or ["dashboards", "public-dashboards", ..] => ObservedActionKind.PublicDashboard,
        ["org", "invites", ..] => ObservedActionKind.Invitation,
        ["auth", "keys", ..] => ObservedActionKind.ApiKey,

        ["ds", "query"] or ["tsdb", "query"] or ["frontend-metrics"] or ["live", ..] or ["login", "ping"] or ["search", ..] =>
            ObservedActionKind.PageNoise,
        ["user", "auth-tokens", ..] or ["query-history", ..] or ["public", ..] or ["v1", "eval"] => ObservedActionKind.PageNoise,
        ["dashboards", "calculate-diff" or "validate" or "trim" or "interpolate"] => ObservedActionKind.PageNoise,
        ["datasources", "uid", _, "resources" or "health", ..] when method == "POST" => ObservedActionKind.PageNoise,
        ["datasources", _, "resources" or "health", ..] when method == "POST" => ObservedActionKind.PageNoise,

        // What is passed on to a data source or plugin may write there, which Grafana's log cannot tell.
        ["datasources", "proxy", ..] or ["datasources", "uid", _, "resources", ..] or ["datasources", _, "resources", ..] =>
            ObservedActionKind.Other,
        ["plugins", _, "resources", ..] or ["plugin-proxy", ..] => ObservedActionKind.Other,

        ["user", ..] => ObservedActionKind.OwnProfile,
        ["dashboards", .., "permissions"] or ["folders", .., "permissions"] => ObservedActionKind.Administration,
        ["dashboards", ..] => ObservedActionKind.Dashboard,
        ["admin" or "users" or "org" or "orgs" or "teams" or "access-control" or "auth", ..] => ObservedActionKind.Administration,
        ["datasources" or "plugins" or "v1" or "ruler" or "alertmanager" or "alert-notifications" or "alerts", ..] =>
            ObservedActionKind.Administration,
        ["reports" or "licensing" or "saml" or "cloudmigration" or "provisioning", ..] => ObservedActionKind.Administration,
        _ => ObservedActionKind.Other,
    };

    private static ObservedActionKind OfApiGroup(string group, string[] route) => (group, route) switch
    {
        ("features.grafana.app" or "query.grafana.app", _) => ObservedActionKind.PageNoise,
        ("dashboard.grafana.app", ["snapshots", ..]) => ObservedActionKind.Snapshot,
        ("dashboard.grafana.app", ["dashboards", ..]) => ObservedActionKind.Dashboard,
        ("iam.grafana.app", ["serviceaccounts" or "serviceaccounttokens", ..]) => ObservedActionKind.ServiceAccount,
        ("preferences.grafana.app" or "collections.grafana.app" or "userstorage.grafana.app", _) => ObservedActionKind.OwnProfile,
        ("dashboard.grafana.app" or "folder.grafana.app" or "playlist.grafana.app", _) => ObservedActionKind.Other,
        ("shorturl.grafana.app" or "annotation.grafana.app", _) => ObservedActionKind.Other,
        _ when group.EndsWith(".datasource.grafana.app", StringComparison.Ordinal) && route is [.., "query"] =>
            ObservedActionKind.PageNoise,
        _ => ObservedActionKind.Administration,
    };
}
