using System.Text.Json.Nodes;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>A stored dashboard in the two families of schemas that Grafana 12 hands out; only what the recordings show.</summary>
internal static class DashboardSchema
{
    /// <summary>v0alpha1 and v1beta1: the stored model, completed with the defaults.</summary>
    public static JsonObject Older(JsonObject model)
    {
        var spec = new JsonObject
        {
            ["annotations"] = new JsonObject
            {
                ["list"] = new JsonArray(new JsonObject
                {
                    ["builtIn"] = 1,
                    ["datasource"] = new JsonObject { ["type"] = "grafana", ["uid"] = "-- Grafana --" },
                    ["enable"] = true,
                    ["hide"] = true,
                    ["iconColor"] = "rgba(0, 211, 255, 1)",
                    ["name"] = "Annotations & Alerts",
                    ["type"] = "dashboard",
                }),
            },
            ["editable"] = true,
            ["fiscalYearStartMonth"] = 0,
            ["graphTooltip"] = 0,
            ["links"] = new JsonArray(),
        };
        foreach (var key in new[] { "panels", "refresh", "schemaVersion", "tags", "templating", "time", "timepicker", "timezone", "title", "weekStart" })
        {
            spec[key] = key switch
            {
                "schemaVersion" => 42,
                "templating" => new JsonObject { ["list"] = new JsonArray() },
                "timepicker" => new JsonObject(),
                "timezone" or "weekStart" => "",
                _ => model[key]?.DeepClone(),
            };
        }

        return spec;
    }

    /// <summary>v2alpha1 and v2beta1: panels become elements that a layout refers to.</summary>
    public static JsonObject Newer(JsonObject model)
    {
        var (elements, items) = (new JsonObject(), new JsonArray());
        foreach (var panel in model["panels"]?.AsArray() ?? [])
        {
            var name = "panel-" + panel!["id"];
            elements[name] = Element(panel);
            items.Add(LayoutItem(panel["gridPos"], name));
        }

        return Spec(model, elements, items);
    }

    /// <summary>Which top-level fields were set, in the form that the newer API keeps them.</summary>
    public static JsonObject FieldNames(JsonObject model)
    {
        var names = new JsonObject();
        foreach (var (key, value) in model.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (key is "id") continue;
            var inner = new JsonObject();
            if (key == "time")
            {
                inner["."] = new JsonObject();
                foreach (var (part, _) in value!.AsObject()) inner["f:" + part] = new JsonObject();
            }

            names["f:" + key] = inner;
        }

        names["f:version"] = new JsonObject();
        return names;
    }

    private static JsonObject Element(JsonNode panel)
    {
        var queries = new JsonArray();
        foreach (var target in panel["targets"]?.AsArray() ?? [])
        {
            var own = (JsonObject)target!.DeepClone();
            own.Remove("refId");
            queries.Add(new JsonObject
            {
                ["kind"] = "PanelQuery",
                ["spec"] = new JsonObject { ["query"] = Query(panel, own), ["refId"] = target["refId"]?.DeepClone(), ["hidden"] = false },
            });
        }

        return new JsonObject
        {
            ["kind"] = "Panel",
            ["spec"] = new JsonObject
            {
                ["id"] = panel["id"]?.DeepClone(),
                ["title"] = panel["title"]?.DeepClone(),
                ["description"] = "",
                ["links"] = new JsonArray(),
                ["data"] = new JsonObject
                {
                    ["kind"] = "QueryGroup",
                    ["spec"] = new JsonObject { ["queries"] = queries, ["transformations"] = new JsonArray(), ["queryOptions"] = new JsonObject() },
                },
                ["vizConfig"] = new JsonObject
                {
                    ["kind"] = "VizConfig",
                    ["group"] = panel["type"]?.DeepClone(),
                    ["version"] = "",
                    ["spec"] = new JsonObject
                    {
                        ["options"] = new JsonObject(),
                        ["fieldConfig"] = new JsonObject { ["defaults"] = new JsonObject(), ["overrides"] = new JsonArray() },
                    },
                },
            },
        };
    }

    private static JsonObject Query(JsonNode panel, JsonObject own) => new()
    {
        ["kind"] = "DataQuery",
        ["group"] = panel["datasource"]?["type"]?.DeepClone(),
        ["version"] = "v0",
        ["datasource"] = new JsonObject { ["name"] = panel["datasource"]?["uid"]?.DeepClone() },
        ["spec"] = own,
    };

    private static JsonObject LayoutItem(JsonNode? place, string name) => new()
    {
        ["kind"] = "GridLayoutItem",
        ["spec"] = new JsonObject
        {
            ["x"] = place?["x"]?.DeepClone(),
            ["y"] = place?["y"]?.DeepClone(),
            ["width"] = place?["w"]?.DeepClone(),
            ["height"] = place?["h"]?.DeepClone(),
            ["element"] = new JsonObject { ["kind"] = "ElementReference", ["name"] = name },
        },
    };

    private static JsonObject Spec(JsonObject model, JsonObject elements, JsonArray items) => new()
    {
        ["elements"] = elements,
        ["layout"] = new JsonObject { ["kind"] = "GridLayout", ["spec"] = new JsonObject { ["items"] = items } },
        ["tags"] = model["tags"]?.DeepClone(),
        ["title"] = model["title"]?.DeepClone(),
    };
}
