using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Health and settings of the server.</summary>
internal static class ServerApi
{
    private const string Version = "12.4.0";
    private const string Commit = "302d22780000";

    /// <summary>The part of it that is about the database, as recorded.</summary>
    private const string Metrics = """
        # HELP grafana_database_conn_open Database open connections
        # TYPE grafana_database_conn_open gauge
        grafana_database_conn_idle 2
        grafana_database_conn_in_use 0
        grafana_database_conn_max_idle_closed_seconds 0
        grafana_database_conn_max_idle_closed_total 9
        grafana_database_conn_max_lifetime_closed_total 0
        grafana_database_conn_max_open 0
        grafana_database_conn_open 2
        grafana_database_conn_wait_count_total 0
        grafana_database_conn_wait_duration_seconds 0

        """;

    public static readonly Answer Unhealthy = Answer.FromFramework(503, new { database = "failing", version = Version, commit = Commit });

    public static IEnumerable<Route> Routes { get; } =
    [
        new(Row.Health, _ => Answer.FromFramework(200, new { database = "ok", version = Version, commit = Commit }))
        {
            Open = true, Logged = false, Milliseconds = 1.5,
        },
        new(Row.Metrics, _ => Answer.Text(Metrics)) { Open = true, Logged = false, Milliseconds = 4 },
        new(Row.ServerSettings, Settings) { Permission = "settings:read", Milliseconds = 8 },
        new(Row.Statistics, Statistics) { Permission = "server.stats:read", Milliseconds = 17 },
    ];

    // Every value is a string there, whatever it means (recorded).
    private static Answer Settings(Call call)
    {
        var o = call.Options;
        var settings = new Dictionary<string, Dictionary<string, string>>
        {
            ["server"] = new()
            {
                ["router_logging"] = Text(o.RouterLogging),
                ["protocol"] = "http",
                ["http_addr"] = "",
                ["root_url"] = $"http://{call.Headers.Host}{o.SubPath}/",
                ["serve_from_sub_path"] = Text(o.SubPath.Length > 0),
            },
            ["users"] = new()
            {
                ["allow_sign_up"] = Text(o.AllowSignUp),
                ["auto_assign_org_role"] = o.AutoAssignOrgRole,
                ["auto_assign_org_id"] = "1",
                ["verify_email_enabled"] = "false",
            },
            ["emails"] = new() { ["welcome_email_on_sign_up"] = Text(o.WelcomeMail) },
            ["log"] = new() { ["mode"] = o.LogMode, ["level"] = "info" },
            ["log.file"] = new()
            {
                ["format"] = o.LogFormat == GrafanaLog.LogFormat.Json ? "json" : "text",
                ["log_rotate"] = "true",
                ["max_lines"] = o.LogMaxLines.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["max_size_shift"] = "28",
                ["daily_rotate"] = "true",
                ["max_days"] = "7",
            },
            ["log.console"] = new() { ["format"] = "console" },
            ["auth.basic"] = new() { ["enabled"] = "true", ["password_policy"] = "false" },
            ["auth.proxy"] = new() { ["enabled"] = Text(o.AuthProxy) },
            ["auth.generic_oauth"] = new()
            {
                ["enabled"] = Text(o.SingleSignOn is not null),
                ["allow_sign_up"] = Text(o.SingleSignOn?.AllowSignUp ?? true),
                ["skip_org_role_sync"] = Text(o.SingleSignOn?.SkipOrgRoleSync ?? false),
                ["auth_url"] = call.ProviderUrl is { } provider ? new Uri(provider, "/auth").ToString() : "",
            },
            ["auth.anonymous"] = new() { ["enabled"] = Text(o.AnonymousAccess) },
            ["auth"] = new()
            {
                ["disable_login_form"] = Text(o.DisableLoginForm),
                ["login_maximum_inactive_lifetime_duration"] = "",
                ["login_maximum_lifetime_duration"] = "",
                ["token_rotation_interval_minutes"] = $"{(int)o.TokenRotationInterval.TotalMinutes}",
            },
            ["security"] = new()
            {
                ["disable_brute_force_login_protection"] = "false",
                ["brute_force_login_protection_max_attempts"] = "5",
                ["cookie_secure"] = "false",
                ["cookie_samesite"] = "lax",
            },
            ["public_dashboards"] = new() { ["enabled"] = "true" },
        };
        if (o.DatabaseType is { } type) settings["database"] = new() { ["type"] = type };
        return Answer.Json(settings);
    }

    private static Answer Statistics(Call call)
    {
        var people = call.Database.People.ToArray();
        var active = people.Where(a => call.Database.Now - a.LastSeen < TimeSpan.FromDays(30)).ToArray();
        int With(string role, Account[] of) =>
            of.Count(a => call.Database.Organisations.Values.Any(o => o.Roles.GetValueOrDefault(a.Id) == role));
        return Answer.Json(new
        {
            orgs = call.Database.Organisations.Count,
            dashboards = call.Database.Dashboards.Count,
            snapshots = 0,
            tags = 0,
            datasources = call.Database.DataSources.Count,
            playlists = 0,
            stars = 0,
            alerts = 0,
            users = people.Length,
            admins = With("Admin", people),
            editors = With("Editor", people),
            viewers = With("Viewer", people),
            activeUsers = active.Length,
            activeAdmins = With("Admin", active),
            activeEditors = With("Editor", active),
            activeViewers = With("Viewer", active),
            activeSessions = call.Database.Sessions.Count,
            dailyActiveUsers = active.Length,
            dailyActiveAdmins = 0,
            dailyActiveEditors = 0,
            dailyActiveViewers = 0,
            dailyActiveSessions = call.Database.Sessions.Count,
            monthlyActiveUsers = active.Length,
            activeDevices = 0,
        });
    }

    private static string Text(bool flag) => flag ? "true" : "false";
}
