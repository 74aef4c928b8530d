namespace Athena.AutoDisable.Exposures;

/// <summary>
/// What a request that is not GET, HEAD or OPTIONS touches, by its path. What pages send by themselves was taken from recorded browser
/// sessions; what Grafana may gain in a later version is not mistaken for it.
/// </summary>
internal static class DeedRules
{
    /// <summary>The path without repeated slashes and without one at the end, as Grafana's own routes are written.</summary>
    public static string Normal(string path) => "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));

    /// <param name="method">As logged.</param>
    /// <param name="path">As <see cref="Normal"/> gives it.</param>
    public static DeedKind Kind(string method, string path) => path.ToLowerInvariant().Split('/') switch
    {
        ["", "api", .. var route] => OfApi(method, route),
        ["", "apis", var group, _, "namespaces", _, .. var route] => OfApiGroup(group, route),
        ["", "apis", "authorization.k8s.io", ..] => DeedKind.PageNoise, // "May I?", asked in a POST.
        ["", "apis", ..] => DeedKind.Administration,
        ["", "log" or "log-grafana-javascript-agent", ..] => DeedKind.PageNoise,
        _ => DeedKind.Other,
    };

    private static DeedKind OfApi(string method, string[] route) => route switch
    {
        ["serviceaccounts", ..] => DeedKind.ServiceAccount,
        ["snapshots" or "snapshots-delete", ..] => DeedKind.Snapshot,
        ["dashboards", "uid", _, "public-dashboards", ..] or ["dashboards", "public-dashboards", ..] => DeedKind.PublicDashboard,
        ["org", "invites", ..] => DeedKind.Invitation,
        ["auth", "keys", ..] => DeedKind.ApiKey,

        ["ds", "query"] or ["tsdb", "query"] or ["frontend-metrics"] or ["live", ..] or ["login", "ping"] or ["search", ..] => DeedKind.PageNoise,
        ["user", "auth-tokens", ..] or ["query-history", ..] or ["public", ..] or ["v1", "eval"] => DeedKind.PageNoise,
        ["dashboards", "calculate-diff" or "validate" or "trim" or "interpolate"] => DeedKind.PageNoise,
        ["datasources", "uid", _, "resources" or "health", ..] or ["datasources", _, "resources" or "health", ..] when method == "POST" => DeedKind.PageNoise,

        // What is passed on to a data source or plugin may write there, which Grafana's log cannot tell.
        ["datasources", "proxy", ..] or ["datasources", "uid", _, "resources", ..] or ["datasources", _, "resources", ..] => DeedKind.Other,
        ["plugins", _, "resources", ..] or ["plugin-proxy", ..] => DeedKind.Other,

        ["user", ..] => DeedKind.OwnProfile,
        ["dashboards", .., "permissions"] or ["folders", .., "permissions"] => DeedKind.Administration,
        ["dashboards", ..] => DeedKind.Dashboard,
        ["admin" or "users" or "org" or "orgs" or "teams" or "access-control" or "auth", ..] => DeedKind.Administration,
        ["datasources" or "plugins" or "v1" or "ruler" or "alertmanager" or "alert-notifications" or "alerts", ..] => DeedKind.Administration,
        ["reports" or "licensing" or "saml" or "cloudmigration" or "provisioning", ..] => DeedKind.Administration,
        _ => DeedKind.Other,
    };

    private static DeedKind OfApiGroup(string group, string[] route) => (group, route) switch
    {
        ("features.grafana.app" or "query.grafana.app", _) => DeedKind.PageNoise,
        ("dashboard.grafana.app", ["snapshots", ..]) => DeedKind.Snapshot,
        ("dashboard.grafana.app", ["dashboards", ..]) => DeedKind.Dashboard,
        ("iam.grafana.app", ["serviceaccounts" or "serviceaccounttokens", ..]) => DeedKind.ServiceAccount,
        ("preferences.grafana.app" or "collections.grafana.app" or "userstorage.grafana.app", _) => DeedKind.OwnProfile,
        ("dashboard.grafana.app" or "folder.grafana.app" or "playlist.grafana.app" or "shorturl.grafana.app" or "annotation.grafana.app", _) => DeedKind.Other,
        _ when group.EndsWith(".datasource.grafana.app", StringComparison.Ordinal) && route is [.., "query"] => DeedKind.PageNoise,
        _ => DeedKind.Administration,
    };
}
