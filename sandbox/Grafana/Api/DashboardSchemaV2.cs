using System.Text.Json.Nodes;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>
/// v2alpha1 and v2beta1: panels become elements that a layout refers to. The beta says <c>kind: DataQuery, group: …</c> where the alpha
/// names the plugin as the kind and the data source beside the query.
/// </summary>
internal sealed class DashboardSchemaV2(bool beta)
{
    public JsonObject Spec(JsonObject model)
    {
        var (elements, items) = (new JsonObject(), new JsonArray());
        foreach (var panel in model["panels"]?.AsArray() ?? [])
        {
            var name = "panel-" + panel!["id"];
            elements[name] = Kind("Panel", Panel(panel));
            items.Add(Kind("GridLayoutItem", LayoutItem(panel["gridPos"], name)));
        }

        return new JsonObject
        {
            ["annotations"] = new JsonArray(Kind("AnnotationQuery", BuiltInAnnotations())),
            ["cursorSync"] = "Off",
            ["editable"] = true,
            ["elements"] = elements,
            ["layout"] = Kind("GridLayout", new JsonObject { ["items"] = items }),
            ["links"] = new JsonArray(),
            ["liveNow"] = false,
            ["preload"] = false,
            ["tags"] = model["tags"]?.DeepClone(),
            ["timeSettings"] = new JsonObject
            {
                ["timezone"] = "",
                ["from"] = model["time"]?["from"]?.DeepClone(),
                ["to"] = model["time"]?["to"]?.DeepClone(),
                ["autoRefresh"] = model["refresh"]?.DeepClone(),
                ["autoRefreshIntervals"] = new JsonArray("5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"),
                ["hideTimepicker"] = false,
                ["fiscalYearStartMonth"] = 0,
            },
            ["title"] = model["title"]?.DeepClone(),
            ["variables"] = new JsonArray(),
        };
    }

    private static JsonObject Kind(string kind, JsonObject spec) => new() { ["kind"] = kind, ["spec"] = spec };

    private JsonObject BuiltInAnnotations()
    {
        var spec = new JsonObject();
        if (!beta) spec["datasource"] = new JsonObject { ["type"] = "grafana", ["uid"] = "-- Grafana --" };
        spec["query"] = Query("grafana", "-- Grafana --", []);
        spec["enable"] = true;
        spec["hide"] = true;
        spec["iconColor"] = "rgba(0, 211, 255, 1)";
        spec["name"] = "Annotations & Alerts";
        spec["builtIn"] = true;
        spec["legacyOptions"] = new JsonObject { ["type"] = "dashboard" };
        return spec;
    }

    private JsonObject Panel(JsonNode panel)
    {
        var queries = new JsonArray();
        foreach (var target in panel["targets"]?.AsArray() ?? []) queries.Add(Kind("PanelQuery", PanelQuery(panel, target!)));
        return new JsonObject
        {
            ["id"] = panel["id"]?.DeepClone(),
            ["title"] = panel["title"]?.DeepClone(),
            ["description"] = "",
            ["links"] = new JsonArray(),
            ["data"] = Kind("QueryGroup", new JsonObject
            {
                ["queries"] = queries,
                ["transformations"] = new JsonArray(),
                ["queryOptions"] = new JsonObject(),
            }),
            ["vizConfig"] = Visualisation(panel["type"]?.ToString() ?? ""),
        };
    }

    private JsonObject PanelQuery(JsonNode panel, JsonNode target)
    {
        var own = (JsonObject)target.DeepClone();
        own.Remove("refId");
        var source = panel["datasource"];
        var spec = new JsonObject { ["query"] = Query(source?["type"]?.ToString() ?? "", source?["uid"]?.ToString() ?? "", own) };
        if (!beta) spec["datasource"] = source?.DeepClone();
        spec["refId"] = target["refId"]?.DeepClone();
        spec["hidden"] = false;
        return spec;
    }

    private JsonObject Query(string plugin, string source, JsonObject own) => beta
        ? new JsonObject
        {
            ["kind"] = "DataQuery",
            ["group"] = plugin,
            ["version"] = "v0",
            ["datasource"] = new JsonObject { ["name"] = source },
            ["spec"] = own,
        }
        : Kind(plugin, own);

    private JsonObject Visualisation(string type)
    {
        var fields = new JsonObject { ["defaults"] = new JsonObject(), ["overrides"] = new JsonArray() };
        var spec = new JsonObject { ["options"] = new JsonObject(), ["fieldConfig"] = fields };
        if (beta) return new JsonObject { ["kind"] = "VizConfig", ["group"] = type, ["version"] = "", ["spec"] = spec };
        spec["pluginVersion"] = "";
        return Kind(type, spec);
    }

    private static JsonObject LayoutItem(JsonNode? place, string name) => new()
    {
        ["x"] = place?["x"]?.DeepClone(),
        ["y"] = place?["y"]?.DeepClone(),
        ["width"] = place?["w"]?.DeepClone(),
        ["height"] = place?["h"]?.DeepClone(),
        ["element"] = new JsonObject { ["kind"] = "ElementReference", ["name"] = name },
    };
}
