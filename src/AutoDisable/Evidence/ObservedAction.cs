using System.Text.Json.Serialization;

namespace Athena.AutoDisable.Evidence;

/// <summary>Equal requests of one user that could change something.</summary>
/// <param name="Path">As logged, repeated slashes and a last one taken away, cut to <see cref="LongestPath"/>. Written by a
/// stranger.</param>
/// <param name="OrgId">The organisation in which it was done; -1 for none.</param>
/// <param name="First">When the first of them ended, by the log; null when no line had a time.</param>
internal sealed record ObservedAction(
    ObservedActionKind Kind, ObservedActionOutcome Outcome, string Method, string Path, long OrgId, int Count, DateTimeOffset? First)
{
    public const int LongestPath = 160;

    /// <summary>True for what gives somebody a way in, or data out, that the lock does not close.</summary>
    [JsonIgnore]
    public bool IsCritical => Kind <= ObservedActionKind.Administration;

    /// <summary>True for the same request, however often and whenever it was made.</summary>
    public bool IsLike(ObservedAction other) => other with { Count = Count, First = First } == this;
}

/// <summary>What a request that is not GET, HEAD or OPTIONS touches. The kinds up to <see cref="Administration"/> are critical.</summary>
internal enum ObservedActionKind
{
    /// <summary>A service account or a token of one. A token outlives the account of whoever made it (docs/grafana.md §5).</summary>
    ServiceAccount,

    /// <summary>A snapshot: data that can be read without signing in.</summary>
    Snapshot,

    /// <summary>A dashboard shared in public.</summary>
    PublicDashboard,

    /// <summary>An invitation: another way in.</summary>
    Invitation,

    /// <summary>An API key of the old kind.</summary>
    ApiKey,

    /// <summary>Accounts, organisations, roles, permissions, teams, data sources, plugins, alerting, reports, provisioning.</summary>
    Administration,

    /// <summary>Their own name, e-mail, password, preferences, stars, current organisation.</summary>
    OwnProfile,

    /// <summary>A dashboard saved or deleted.</summary>
    Dashboard,

    /// <summary>Anything else that may have changed something: folders, annotations, playlists, calls passed on to a data source…</summary>
    Other,

    /// <summary>What an open page sends by itself: queries, metrics, feature flags, the renewal of its session. Made nothing.</summary>
    PageNoise,
}

/// <summary>What came of a request that could change something.</summary>
internal enum ObservedActionOutcome
{
    /// <summary>Status 2xx.</summary>
    Done,

    /// <summary>Status 4xx: refused, nothing changed.</summary>
    Refused,

    /// <summary>
    /// Any other status. 5xx, and 499 of a client that hung up before the answer, say nothing about what had been changed by then.
    /// </summary>
    Unclear,
}

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
