using System.Text.Json.Nodes;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>A stored dashboard in the schemas that Grafana 12 hands out; only what the recordings show.</summary>
internal static class DashboardSchema
{
    /// <summary>The dashboard in the version that was asked for. v0alpha1 is what was stored.</summary>
    public static JsonObject Spec(string version, JsonObject model)
    {
        if (version.StartsWith("v2", StringComparison.Ordinal)) return new DashboardSchemaV2(beta: version != "v2alpha1").Spec(model);
        if (version != "v0alpha1") return Completed(model);
        var stored = (JsonObject)model.DeepClone();
        stored.Remove("uid");
        stored.Remove("version");
        return stored;
    }

    /// <summary>v1beta1: the stored model, completed with the defaults.</summary>
    private static JsonObject Completed(JsonObject model)
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
        foreach (var key in new[]
        {
            "panels", "refresh", "schemaVersion", "tags", "templating", "time", "timepicker", "timezone", "title", "weekStart",
        })
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
}
