using System.Text.Json.Nodes;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Dashboards shared with everybody: they outlive whoever shared them.</summary>
internal static class PublicDashboardApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new("POST", "/api/dashboards/uid/:dashboardUid/public-dashboards", Share)
        {
            Permission = "dashboards.public:write",
            Scope = ByDashboard,
            Milliseconds = 13,
        },
        new("GET", "/public-dashboards/:accessToken", call => Find(call) is null ? Pages.Shell(404) : Pages.Shell(200))
        {
            Open = true,
            Milliseconds = 4,
        },
        new("GET", "/api/public/dashboards/:accessToken/annotations", call => Shared(call, Array.Empty<object>()))
        {
            Open = true,
            Milliseconds = 3,
        },
        new("POST", "/api/public/dashboards/:accessToken/panels/:panelId/query", call => Shared(call, new { results = new { } }))
        {
            Open = true, Milliseconds = 12,
        },
        new("GET", "/api/public/dashboards/:accessToken", Show)
        {
            LoggedAs = "/api/public/dashboards/:accessToken/",
            Open = true,
            Milliseconds = 2.5,
        },
    ];

    private static string ByDashboard(Call call) => "dashboards:uid:" + call.Part("dashboardUid");

    private static PublicDashboard? Find(Call call) =>
        call.Database.PublicDashboards.FirstOrDefault(p => p.AccessToken == call.Part("accessToken"));

    private static Answer Shared(Call call, object content) =>
        Find(call) is null ? Answer.Message("Public dashboard not found", 404) : Answer.Json(content);

    private static Answer Share(Call call)
    {
        if (DashboardApi.Find(call, call.Part("dashboardUid"), call.Caller.OrgId) is not { } dashboard)
            return Answer.Message("Dashboard not found", 404);
        var shared = new PublicDashboard(call.Database.Names.Uid(), dashboard, call.Database.Names.SessionToken());
        call.Database.PublicDashboards.Add(shared);
        var (me, now) = (call.Caller.Account!, call.Time(call.Database.Now));
        return Answer.Json(new
        {
            uid = shared.Uid,
            dashboardUid = dashboard.Uid,
            accessToken = shared.AccessToken,
            createdBy = me.Id,
            updatedBy = me.Id,
            createdAt = now,
            updatedAt = now,
            timeSelectionEnabled = false,
            isEnabled = call.Flag("isEnabled") == true,
            annotationsEnabled = false,
            share = "public",
        }) with
        {
            Notes =
            [
                new LogNote("publicdashboards.service", "info", "Public dashboard enabled", false,
                    ("publicDashboardUid", shared.Uid), ("dashboardUid", dashboard.Uid), ("user", me.Login)),
            ],
        };
    }

    private static Answer Show(Call call)
    {
        if (Find(call) is not { Dashboard: var d }) return Answer.Message("Public dashboard not found", 404);
        var model = (JsonObject)d.Model.DeepClone();
        model["uid"] = d.Uid;
        model["version"] = 1;
        return Answer.Json(new
        {
            meta = new
            {
                type = "db",
                canSave = false,
                canEdit = false,
                canAdmin = false,
                canStar = false,
                canDelete = false,
                slug = d.Slug,
                url = "",
                expires = "0001-01-01T00:00:00Z",
                created = call.Time(d.Created),
                updated = call.Time(d.Created),
                updatedBy = "",
                createdBy = "",
                version = 1,
                hasAcl = false,
                isFolder = false,
                folderId = 0,
                folderUid = "",
                folderTitle = "",
                folderUrl = "",
                provisioned = false,
                provisionedExternalId = "",
                annotationsPermissions = (object?)null,
                publicDashboardEnabled = true,
            },
            dashboard = model,
        });
    }
}
