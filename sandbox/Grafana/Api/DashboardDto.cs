using System.Text.Json.Nodes;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>
/// <c>…/dashboards/&lt;uid&gt;/dto</c>: what Grafana's own page asks for when a dashboard is opened (docs/grafana.md §4).
/// </summary>
internal static class DashboardDto
{
    private const string Group = "dashboard.grafana.app";

    public static Answer Get(Call call)
    {
        var (name, version, orgId) = (call.Part("name"), call.Part("version"), OrgIdOf(call.Part("namespace")));
        if (name.Length == 0)
        {
            const string Message = "name must be provided";
            return Answer.Json(
                new
                {
                    kind = "Status",
                    apiVersion = "v1",
                    metadata = new { },
                    status = "Failure",
                    message = Message,
                    reason = "BadRequest",
                    code = 400,
                },
                400);
        }

        var dashboard = DashboardApi.Find(call, name, orgId);
        if (dashboard is null)
            return Failure(name, 404, "NotFound", $"dashboards.{Group} \"{name}\" not found") with { LoggedOrgId = orgId };
        if (!Role.Allows(call.Caller.Role, false, "dashboards:read"))
            return Failure(name, 403, "Forbidden", $"dashboards.{Group} \"{name}\" is forbidden: insufficient permissions");
        var may = DashboardApi.MayEdit(call);
        return Answer.Json(new
        {
            kind = "DashboardWithAccessInfo",
            apiVersion = $"{Group}/{version}",
            metadata = Metadata(call, dashboard),
            spec = DashboardSchema.Spec(version, dashboard.Model),
            status = version == "v0alpha1" ? new { } : (object)new { conversion = new { failed = false, storedVersion = "v0alpha1" } },
            access = new
            {
                slug = dashboard.Slug,
                url = dashboard.Url,
                isPublic = false,
                canSave = may,
                canEdit = may,
                canAdmin = call.Caller.Role == "Admin",
                canStar = true,
                canDelete = may,
                annotationsPermissions = DashboardApi.AnnotationRights(call),
            },
        });
    }

    private static long OrgIdOf(string name) =>
        name == "default" ? 1 : name.StartsWith("org-", StringComparison.Ordinal) && long.TryParse(name[4..], out var id) ? id : 0;

    private static Answer Failure(string name, int status, string reason, string message) => Answer.Json(new
    {
        kind = "Status",
        apiVersion = "v1",
        metadata = new { },
        status = "Failure",
        message,
        reason,
        details = new { name, group = Group, kind = "dashboards" },
        code = status,
    }, status);

    private static JsonObject Metadata(Call call, Dashboard d)
    {
        var annotations = new JsonObject { ["grafana.app/createdBy"] = "user:" + d.CreatedBy?.Uid };
        if (d.FolderUid.Length > 0) annotations["grafana.app/folder"] = d.FolderUid;
        var fields = new JsonObject();
        if (d.FolderUid.Length > 0)
        {
            var names = new JsonObject { ["."] = new JsonObject(), ["f:grafana.app/folder"] = new JsonObject() };
            fields["f:metadata"] = new JsonObject { ["f:annotations"] = names };
        }

        fields["f:spec"] = DashboardSchema.FieldNames(d.Model);
        return new JsonObject
        {
            ["name"] = d.Uid,
            ["namespace"] = call.Part("namespace"),
            ["uid"] = d.ResourceUid.ToString(),
            ["resourceVersion"] = d.Created.ToUnixTimeMilliseconds() + "000",
            ["generation"] = 1,
            ["creationTimestamp"] = call.Time(d.Created),
            ["labels"] = new JsonObject
            {
                ["grafana.app/deprecatedInternalID"] = d.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
            ["annotations"] = annotations,
            ["managedFields"] = new JsonArray(new JsonObject
            {
                ["manager"] = "grafana",
                ["operation"] = "Update",
                ["apiVersion"] = $"{Group}/v0alpha1",
                ["time"] = call.Time(d.Created),
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = fields,
            }),
        };
    }
}
