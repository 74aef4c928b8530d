using System.Text.Json;
using System.Text.Json.Nodes;
using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Dashboards, folders and the search, by the older API and the newer one.</summary>
internal static class DashboardApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new("GET", "/api/search", Search) { LoggedAs = "/api/search/", Milliseconds = 17 },
        new("GET", "/api/folders", Folders) { LoggedAs = "/api/folders/", Permission = "folders:read", Milliseconds = 12 },
        new("POST", "/api/folders", AddFolder) { LoggedAs = "/api/folders/", Permission = "folders:create", Milliseconds = 40 },
        new("POST", "/api/dashboards/db", Save) { Permission = "dashboards:create", Milliseconds = 30 },
        new(Row.Dashboard, ByUid) { Milliseconds = 18 },
        new("POST", "/api/snapshots", Snapshot) { LoggedAs = "/api/snapshots/", Milliseconds = 5 },
        new("GET", "/apis/dashboard.grafana.app/:version/namespaces/:namespace/dashboards/:name/dto", DashboardDto.Get)
        {
            LoggedAs = "/apis/*", Milliseconds = 9,
        },
        new("POST", "/api/ds/query", _ => Answer.Json(new { results = new { A = new { status = 200, frames = Array.Empty<object>() } } }))
        {
            Milliseconds = 14,
        },
    ];

    public static Dashboard? Find(Call call, string uid, long orgId) =>
        call.Database.Dashboards.FirstOrDefault(d => d.Uid == uid && d.OrgId == orgId);

    /// <summary>What the caller may do with any dashboard of their organisation.</summary>
    public static bool MayEdit(Call call) => Role.Allows(call.Caller.Role, false, "dashboards:write");

    public static object AnnotationRights(Call call)
    {
        var may = new { canAdd = MayEdit(call), canEdit = MayEdit(call), canDelete = MayEdit(call) };
        return new { dashboard = may, organization = may };
    }

    private static Answer Unknown => Answer.Message("Dashboard not found", 404) with { LogFields = [("error", "Dashboard not found")] };

    private static bool MayRead(Call call) =>
        Role.Allows(call.Caller.Role, false, "dashboards:read") && !call.Faults.IsForbidden("dashboards:read");

    private static Answer Search(Call call)
    {
        if (!MayRead(call)) return Answer.Json(Array.Empty<object>());
        var found = call.Database.Dashboards
            .Where(d => d.OrgId == call.Caller.OrgId && d.Title.Contains(call.Ask("query"), StringComparison.OrdinalIgnoreCase))
            .OrderBy(d => d.Title, StringComparer.OrdinalIgnoreCase)
            .Take((int)Math.Min(call.AskNumber("limit", 1000), 5000));
        return Answer.Json(found.Select(d => Hit(call, d)).ToArray());
    }

    private static Dictionary<string, object> Hit(Call call, Dashboard d)
    {
        var hit = new Dictionary<string, object>
        {
            ["id"] = d.Id,
            ["uid"] = d.Uid,
            ["orgId"] = d.OrgId,
            ["title"] = d.Title,
            ["uri"] = "db/" + d.Slug,
            ["url"] = d.Url,
            ["slug"] = "",
            ["type"] = "dash-db",
            ["tags"] = d.Model["tags"]?.DeepClone() ?? new JsonArray(),
            ["isStarred"] = false,
            ["sortMeta"] = 0,
            ["isDeleted"] = false,
        };
        if (call.Database.Folders.FirstOrDefault(f => f.Uid == d.FolderUid && f.OrgId == d.OrgId) is { } folder)
        {
            hit["folderId"] = folder.Id;
            hit["folderUid"] = folder.Uid;
            hit["folderTitle"] = folder.Title;
            hit["folderUrl"] = $"/dashboards/f/{folder.Uid}/{NameMaker.Slug(folder.Title)}";
        }

        return hit;
    }

    private static Answer Folders(Call call) => Answer.Json(call.Database.Folders.Where(f => f.OrgId == call.Caller.OrgId)
        .Select(f => new { id = f.Id, uid = f.Uid, orgId = f.OrgId, title = f.Title }).ToArray());

    private static Answer AddFolder(Call call)
    {
        var folder = call.Database.AddFolder(call.Text("title"), call.Text("uid"), call.Caller.OrgId);
        var now = call.Time(call.Database.Now);
        return Answer.Json(new
        {
            id = folder.Id,
            uid = folder.Uid,
            orgId = folder.OrgId,
            title = folder.Title,
            url = $"/dashboards/f/{folder.Uid}/{NameMaker.Slug(folder.Title)}",
            hasAcl = false,
            canSave = true,
            canEdit = true,
            canAdmin = true,
            canDelete = true,
            createdBy = call.Caller.Account!.Login,
            created = now,
            updatedBy = "Anonymous",
            updated = now,
            version = 1,
        });
    }

    private static Answer Save(Call call)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } body || !body.TryGetProperty("dashboard", out var given)
            || given.ValueKind != JsonValueKind.Object)
            return Answer.Message("bad request data", 400);
        var saved = call.Database.SaveDashboard(JsonObject.Create(given)!, call.Text("folderUid"), call.Caller.OrgId, call.Caller.Account);
        return Answer.Json(new
        {
            folderUid = saved.FolderUid,
            id = saved.Id,
            slug = saved.Slug,
            status = "success",
            uid = saved.Uid,
            url = saved.Url,
            version = 1,
        });
    }

    /// <summary>
    /// Who may read all gets 404 from the handler; others are stopped by access control, which looks the name up first and so tells 404 in
    /// its own shape, or 403 when the name cannot be one (recorded).
    /// </summary>
    private static Answer ByUid(Call call)
    {
        var uid = call.Part("uid");
        var dashboard = Find(call, uid, call.Caller.OrgId);
        if (call.Caller.Role == "Admin" && !call.Faults.IsForbidden("dashboards:read"))
            return dashboard is null ? Unknown : Show(call, dashboard);
        if (dashboard is null && !uid.Contains('/'))
            return Unresolved(call, uid, "Dashboard not found", new { message = "Dashboard not found", title = "Not found" }, 404);
        if (dashboard is null) return Unresolved(call, uid, $"invalid resource name \"{uid}\": [may not contain '/']", null, 403);
        return MayRead(call) ? Show(call, dashboard) : Denied(call, [Note(call, uid)]);

        static LogNote Note(Call call, string uid) => new("context", "info", "Access denied", true,
            ("id", call.Caller.Name), ("accessErrorID", call.Database.Names.AccessErrorId()),
            ("permissions", "action:dashboards:read scopes:dashboards:uid:" + uid));
    }

    private static Answer Unresolved(Call call, string uid, string why, object? body, int status)
    {
        LogNote[] notes =
        [
            new("context", "error", "Error from access control system", true,
                ("error", $"could not resolve dashboards:uid:{uid}: {why}"), ("accessErrorID", call.Database.Names.AccessErrorId())),
        ];
        return body is null ? Denied(call, notes) : Answer.FromFramework(status, body) with { Notes = notes };
    }

    private static Answer Denied(Call call, LogNote[] notes) => Answer.FromFramework(403, new
    {
        accessErrorId = notes[0].Fields.First(f => f.Key == "accessErrorID").Value,
        message = "You'll need additional permissions to perform this action. Permissions needed: dashboards:read",
        title = "Access denied",
    }) with
    { Notes = notes };

    private static Answer Show(Call call, Dashboard d)
    {
        var folder = call.Database.Folders.FirstOrDefault(f => f.Uid == d.FolderUid && f.OrgId == d.OrgId);
        var model = (JsonObject)d.Model.DeepClone();
        model["id"] = d.Id;
        model["uid"] = d.Uid;
        model["version"] = 1;
        var may = MayEdit(call);
        return Answer.Json(new
        {
            meta = new
            {
                type = "db",
                canSave = may,
                canEdit = may,
                canAdmin = call.Caller.Role == "Admin",
                canStar = call.Caller.Role != "None",
                canDelete = may,
                slug = d.Slug,
                url = d.Url,
                expires = "0001-01-01T00:00:00Z",
                created = call.Time(d.Created),
                updated = call.Time(d.Created),
                updatedBy = "Anonymous",
                createdBy = "Anonymous",
                version = 1,
                hasAcl = false,
                isFolder = false,
                apiVersion = "v0alpha1",
                folderId = folder?.Id ?? 0,
                folderUid = folder?.Uid ?? "",
                folderTitle = folder?.Title ?? "Dashboards",
                folderUrl = folder is null ? "" : $"/dashboards/f/{folder.Uid}/{NameMaker.Slug(folder.Title)}",
                provisioned = false,
                provisionedExternalId = "",
                annotationsPermissions = AnnotationRights(call),
            },
            dashboard = model,
        });
    }

    private static Answer Snapshot(Call call) => Role.Allows(call.Caller.Role, false, "snapshots:create")
        ? Answer.FromFramework(400, new { message = "Dashboard not found", traceID = "" }) with
        {
            Notes = [new LogNote("context", "warn", "Dashboard not found", true, ("error", "Dashboard not found"), ("traceID", ""))],
        }
        : Answer.FromFramework(403, new { message = "forbidden", traceID = "" }) with
        {
            Notes =
            [
                new LogNote(
                    "context", "warn", "forbidden", true, ("error", "could not resolve dashboards:uid:: invalid scope"), ("traceID", "")),
            ],
        };
}
