using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Grafana.Annotations;

namespace Athena.Workers.Tests.Dashboards;

/// <summary>
/// One of the dashboards in <c>packaging/grafana/dashboards</c>. Nine tenths of a dashboard in Grafana's own form are the same in each
/// panel: here a panel is one statement, and what each must have cannot be forgotten. <c>UPDATE_SAMPLES=1</c> writes the files anew.
/// </summary>
/// <param name="Uid">What its address and the links of others hold: never to be changed.</param>
/// <param name="From">The span that it opens with, as <c>now-24h</c>.</param>
internal sealed partial record Dashboard(string Uid, string Title, string Says, string From, params Panel[] Panels)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Dashboard> All => [Overview, Activity, Security, Reports, Capacity, Audit];

    private const string Tag = "athena";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether people choose among Grafana's organisations, too.</summary>
    public bool IsByOrganisation { get; init; }

    /// <summary>Whether what the daemons write onto dashboards (GRAFANA_ANNOTATIONS) is shown in its graphs.</summary>
    public bool ShowsAnnotations { get; init; }

    /// <summary>Of its file.</summary>
    public string FileName => Uid + ".json";

    /// <summary>The text of its file.</summary>
    public string Write() => new JsonObject
    {
        ["uid"] = Uid,
        ["title"] = Title,
        ["description"] = Says,
        ["tags"] = new JsonArray(Tag),
        ["schemaVersion"] = 41,
        ["editable"] = true,
        ["graphTooltip"] = 1,
        ["refresh"] = "1m",
        ["time"] = new JsonObject { ["from"] = From, ["to"] = "now" },
        ["timezone"] = "",
        ["links"] = new JsonArray(new JsonObject
        {
            ["type"] = "dashboards",
            ["title"] = "Athena",
            ["tags"] = new JsonArray(Tag),
            ["asDropdown"] = false,
            ["includeVars"] = true,
            ["keepTime"] = false,
            ["targetBlank"] = false,
        }),
        ["annotations"] = new JsonObject { ["list"] = ShowsAnnotations ? new JsonArray(Annotations()) : new JsonArray() },
        ["templating"] = new JsonObject { ["list"] = Variables() },
        ["panels"] = Placed(),
    }.ToJsonString(Readable) + "\n";

    /// <summary>Of Grafana's own data source, by the tag that each of ours has; people can switch it off above the panels.</summary>
    private static JsonObject Annotations() => new()
    {
        ["name"] = "Locks, decisions, reports, gaps",
        ["datasource"] = new JsonObject { ["type"] = "grafana", ["uid"] = "-- Grafana --" },
        ["enable"] = true,
        ["hide"] = false,
        ["iconColor"] = "blue",
        ["target"] = new JsonObject
        {
            ["type"] = "tags",
            ["tags"] = new JsonArray(NoteText.Tag),
            ["matchAny"] = false,
            ["limit"] = 100,
        },
    };

    private JsonArray Variables()
    {
        if (Panels[0].Queries[0].IsSql)
            return new JsonArray(
                new JsonObject
                {
                    ["name"] = "datasource",
                    ["label"] = "PostgreSQL",
                    ["type"] = "datasource",
                    ["query"] = PanelJson.PostgreSql,
                },
                Choice("tenant", "Tenant", isSql: true, "SELECT DISTINCT tenant FROM athena_audit.v_totals ORDER BY 1"),
                Choice("instance", "Installation", isSql: true, "SELECT DISTINCT installation FROM athena_audit.v_totals ORDER BY 1"));
        var list = new JsonArray(
            new JsonObject { ["name"] = "datasource", ["label"] = "Prometheus", ["type"] = "datasource", ["query"] = "prometheus" },
            Choice("tenant", "Tenant", isSql: false, "label_values(athena_build_info,tenant_id)"),
            Choice("instance", "Instance", isSql: false, "label_values(athena_build_info{tenant_id=~\"$tenant\"},instance)"));
        if (IsByOrganisation)
            list.Add(Choice(
                "organisation", "Organisation", isSql: false,
                "label_values(athena_pulse_answers_total{instance=~\"$instance\"},tenant_id)"));
        list.Add(new JsonObject
        {
            ["name"] = "runbook",
            ["label"] = "Runbook",
            ["type"] = "constant",
            ["hide"] = 2,
            ["query"] = "file:///usr/share/doc/athena-workers/runbook.md",
        });
        return list;
    }

    /// <summary>All of them, until somebody chooses.</summary>
    private static JsonObject Choice(string name, string label, bool isSql, string query) => new()
    {
        ["name"] = name,
        ["label"] = label,
        ["type"] = "query",
        ["datasource"] = PanelJson.DataSource(isSql),
        ["query"] = isSql ? query : new JsonObject { ["query"] = query, ["refId"] = name },
        ["definition"] = query,
        ["refresh"] = 2,
        ["sort"] = 1,
        ["multi"] = true,
        ["includeAll"] = true,
        ["current"] = new JsonObject { ["text"] = new JsonArray("All"), ["value"] = new JsonArray("$__all") },
    };

    /// <summary>In rows, each as high as its highest.</summary>
    private JsonArray Placed()
    {
        var (placed, x, y, high) = (new JsonArray(), 0, 0, 0);
        foreach (var panel in Panels)
        {
            if (x + panel.Width > 24) (x, y, high) = (0, y + high, 0);
            placed.Add(PanelJson.Of(panel, placed.Count + 1, x, y));
            (x, high) = (x + panel.Width, Math.Max(high, panel.Height));
        }

        return placed;
    }
}
