using System.Text.RegularExpressions;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>
/// Data sources of the caller's organisation, and whether they are well: only those that need nothing beside the stand-in are.
/// </summary>
internal static partial class DataSourceApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new("GET", "/api/datasources", List) { LoggedAs = "/api/datasources/", Permission = "datasources:read", Milliseconds = 13 },
        new("POST", "/api/datasources", Add) { LoggedAs = "/api/datasources/", Permission = "datasources:create", Milliseconds = 40 },
        new("GET", "/api/datasources/uid/:uid", One) { Permission = "datasources:read", Milliseconds = 8 },
        new("GET", "/api/datasources/uid/:uid/health", Health) { Permission = "datasources:query", Milliseconds = 11 },
    ];

    private static Answer List(Call call) =>
        Answer.Json(
            call.Database.DataSources.Where(d => d.OrgId == call.Caller.OrgId).OrderBy(d => d.Name, StringComparer.Ordinal)
                .Select(Shape).ToArray());

    private static Answer One(Call call) =>
        Find(call) is { } source ? Answer.Json(Shape(source)) : Answer.Message("Data source not found", 404);

    private static DataSource? Find(Call call) =>
        call.Database.DataSources.FirstOrDefault(d => d.Uid == call.Part("uid") && d.OrgId == call.Caller.OrgId);

    private static object Shape(DataSource d) => new
    {
        id = d.Id,
        uid = d.Uid,
        orgId = d.OrgId,
        name = d.Name,
        type = d.Type,
        typeName = d.Type,
        typeLogoUrl = Logo(d.Type),
        access = d.Access,
        url = d.Url,
        user = "",
        database = "",
        basicAuth = false,
        isDefault = false,
        jsonData = new { },
        readOnly = false,
    };

    private static Answer Add(Call call)
    {
        var uid = call.Text("uid") is { Length: > 0 } given ? given : call.Database.Names.Uid();
        var source = new DataSource(
            call.Database.DataSources.Count + 1, uid, call.Caller.OrgId, call.Text("name"), call.Text("type"), call.Text("access"),
            call.Text("url"));
        call.Database.DataSources.Add(source);
        return Answer.Json(new
        {
            datasource = new
            {
                id = source.Id,
                uid,
                orgId = source.OrgId,
                name = source.Name,
                type = source.Type,
                typeLogoUrl = Logo(source.Type),
                access = source.Access,
                url = source.Url,
                user = "",
                database = "",
                basicAuth = false,
                basicAuthUser = "",
                withCredentials = false,
                isDefault = call.Flag("isDefault") == true,
                jsonData = new { },
                secureJsonFields = new { },
                version = 1,
                readOnly = false,
                apiVersion = "",
            },
            id = source.Id,
            message = "Datasource added",
            name = source.Name,
        });
    }

    private static Answer Health(Call call)
    {
        var uid = call.Part("uid");
        if (!Uid().IsMatch(uid)) return Answer.Message("UID is invalid", 400);
        if (Find(call) is not { } source)
            return Answer.Message("Unable to load datasource metadata", 500);
        return source.Type switch
        {
            "grafana-testdata-datasource" or "testdata" => Answer.Json(new { message = "Data source is working", status = "OK" }),
            "prometheus" => Unwell(source, "Post", "/api/v1/query", " - There was an error returned querying the Prometheus API."),
            "opentsdb" => Unwell(source, "Get", "/api/suggest?q=cpu&type=metrics", ""),
            "influxdb" => Unwell(source, "Get", "/query?db=&epoch=ms&q=SHOW+measurements", " error reading influxDB"),
            _ => Answer.Error(404, "NotFound", "plugin.notRegistered", "Plugin not registered", "plugin not registered"),
        };
    }

    private static Answer Unwell(DataSource source, string method, string path, string end)
    {
        var peer = Uri.TryCreate(source.Url, UriKind.Absolute, out var url) ? url.Authority : "";
        return Answer.Json(
            new { message = $"{method} \"{source.Url}{path}\": dial tcp {peer}: connect: connection refused{end}", status = "ERROR" }, 400);
    }

    private static string Logo(string type) => $"public/plugins/{type}/img/{type}.svg";

    [GeneratedRegex("^[A-Za-z0-9_-]+$")]
    private static partial Regex Uid();
}
