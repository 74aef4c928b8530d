using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Athena.Common.Telemetry.Metrics;

namespace Athena.Workers.Tests.Dashboards;

/// <summary>A panel in Grafana's own form (classic schema).</summary>
internal static partial class PanelJson
{
    /// <summary>Metrics that are not ours, and who brings them.</summary>
    public static readonly IReadOnlyDictionary<string, string> Foreign = new Dictionary<string, string>
    {
        ["node_filesystem_avail_bytes"] = "node_exporter",
        ["node_filesystem_size_bytes"] = "node_exporter",
        ["node_memory_MemAvailable_bytes"] = "node_exporter",
        ["node_memory_MemTotal_bytes"] = "node_exporter",
        ["pg_up"] = "postgres_exporter",
        ["probe_ssl_earliest_cert_expiry"] = "blackbox_exporter",
        ["redis_up"] = "redis_exporter",
    };

    /// <summary>As Grafana calls the type of such a data source (recorded).</summary>
    public const string PostgreSql = "grafana-postgresql-datasource";

    public static JsonObject Of(Panel panel, int id, int x, int y)
    {
        var json = new JsonObject
        {
            ["id"] = id,
            ["type"] = TypeOf(panel.Kind),
            ["title"] = panel.Title,
            ["description"] = $"{panel.Says} {Origin(panel)}",
            ["datasource"] = DataSource(panel.Queries[0].IsSql),
            ["gridPos"] = new JsonObject { ["h"] = panel.Height, ["w"] = panel.Width, ["x"] = x, ["y"] = y },
            ["fieldConfig"] = new JsonObject
            {
                ["defaults"] = Defaults(panel),
                ["overrides"] = panel.Kind == PanelKind.Table ? Columns(panel) : new JsonArray(),
            },
            ["options"] = Options(panel.Kind),
            ["targets"] = new JsonArray([.. panel.Queries.Select((query, i) => Target(panel, query, i))]),
        };
        if (panel.Runbook is { } heading)
        {
            json["links"] = new JsonArray(new JsonObject
            {
                ["title"] = "What to do",
                ["url"] = "${runbook}#" + heading.ToLowerInvariant(),
                ["targetBlank"] = true,
            });
        }

        if (panel.Step is { } step) json["interval"] = step;
        if (panel.Span is { } span) json["timeFrom"] = span;
        if (panel.Kind == PanelKind.Table && !panel.Queries[0].IsSql) json["transformations"] = Joined(panel);
        return json;
    }

    /// <summary>Names of metrics in PromQL, without what a histogram adds to them.</summary>
    public static IEnumerable<string> MetricsIn(string expression) => MetricName().Matches(Labels().Replace(expression, ""))
        .Select(match => MetricTable.All.FirstOrDefault(metric =>
            metric.Kind == MetricKind.Histogram && Regex.IsMatch(match.Value, $"^{metric.Name}_(bucket|count|sum)$"))?.Name ?? match.Value)
        .Distinct();

    public static JsonObject DataSource(bool isSql) =>
        new() { ["type"] = isSql ? PostgreSql : "prometheus", ["uid"] = "${datasource}" };

    private static string TypeOf(PanelKind kind) => kind switch
    {
        PanelKind.Stat => "stat",
        PanelKind.Lines or PanelKind.Bars => "timeseries",
        PanelKind.States => "state-timeline",
        PanelKind.Cells => "status-history",
        PanelKind.Table => "table",
    };

    private static string Origin(Panel panel)
    {
        if (panel.Queries[0].IsSql)
            return "The numbers are of the daemons whose audit AUDIT_DATABASE copies; \"no data\" where there is no such line.";
        var names = panel.Queries.SelectMany(query => MetricsIn(query.Expression)).Distinct().ToList();
        var own = MetricTable.All.Where(metric => names.Contains(metric.Name)).SelectMany(metric => metric.Daemons);
        var foreign = names.Where(Foreign.ContainsKey).Select(name => Foreign[name]);
        var writers = string.Join(" and ", own.Concat(foreign).Distinct());
        return $"The numbers are of {writers}; \"no data\" where that does not run or is not read.";
    }

    private static JsonObject Defaults(Panel panel) => new()
    {
        ["unit"] = panel.Unit,
        ["noValue"] = "no data",
        ["color"] = new JsonObject
        {
            ["mode"] = panel.Kind is PanelKind.Lines or PanelKind.Bars ? "palette-classic-by-name" : "thresholds",
        },
        ["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = Steps(panel.Steps) },
        ["mappings"] = Mappings(panel.Words),
        ["custom"] = Custom(panel),
    };

    private static JsonArray Steps(string steps) => new([
        .. steps.Split(' ').Select(step => step.Split('=') is [var from, var colour]
            ? new JsonObject { ["value"] = double.Parse(from, CultureInfo.InvariantCulture), ["color"] = colour }
            : new JsonObject { ["value"] = null, ["color"] = step }),
    ]);

    private static JsonArray Mappings(string words)
    {
        if (words.Length == 0) return [];
        var options = new JsonObject();
        foreach (var (word, at) in words.Split(';').Select((word, at) => (word, at)))
        {
            var parts = word.Split('=', ':');
            options[parts[0]] = new JsonObject { ["text"] = parts[1], ["color"] = parts[2], ["index"] = at };
        }

        return new JsonArray(new JsonObject { ["type"] = "value", ["options"] = options });
    }

    private static JsonObject Custom(Panel panel) => panel.Kind switch
    {
        PanelKind.Lines or PanelKind.Bars => new JsonObject
        {
            ["drawStyle"] = panel.Kind == PanelKind.Bars ? "bars" : "line",
            ["lineWidth"] = panel.Kind == PanelKind.Bars ? 0 : 2,
            ["fillOpacity"] = panel.Kind == PanelKind.Bars ? 80 : 10,
            ["showPoints"] = "never",
            ["stacking"] = new JsonObject { ["mode"] = panel.Kind == PanelKind.Bars ? "normal" : "none", ["group"] = "A" },
            ["thresholdsStyle"] = new JsonObject { ["mode"] = panel.Steps.Contains('=', StringComparison.Ordinal) ? "dashed" : "off" },
            ["axisSoftMin"] = 0,
        },
        PanelKind.States or PanelKind.Cells => new JsonObject { ["fillOpacity"] = 80, ["lineWidth"] = 0 },
        PanelKind.Stat or PanelKind.Table => [],
    };

    private static JsonObject Options(PanelKind kind) => kind switch
    {
        PanelKind.Stat => new JsonObject
        {
            ["reduceOptions"] = new JsonObject { ["calcs"] = new JsonArray("lastNotNull"), ["fields"] = "", ["values"] = false },
            ["colorMode"] = "background",
            ["graphMode"] = "none",
            ["justifyMode"] = "center",
            ["textMode"] = "auto",
        },
        PanelKind.Lines or PanelKind.Bars => new JsonObject
        {
            ["legend"] = new JsonObject { ["displayMode"] = "list", ["placement"] = "bottom", ["showLegend"] = true },
            ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
        },
        PanelKind.States or PanelKind.Cells => new JsonObject
        {
            ["showValue"] = "never",
            ["rowHeight"] = 0.9,
            ["legend"] = new JsonObject { ["displayMode"] = "list", ["placement"] = "bottom", ["showLegend"] = true },
        },
        PanelKind.Table => new JsonObject { ["showHeader"] = true, ["cellHeight"] = "sm" },
    };

    private static JsonObject Target(Panel panel, Query query, int at)
    {
        if (query.IsSql) return SqlTarget(panel, query, at);
        var isNow = panel.Kind is PanelKind.Stat or PanelKind.Table;
        var target = new JsonObject
        {
            ["refId"] = Letter(at),
            ["datasource"] = DataSource(isSql: false),
            ["editorMode"] = "code",
            ["expr"] = query.Expression,
            ["legendFormat"] = query.Legend,
            ["instant"] = isNow,
            ["range"] = !isNow,
        };
        if (panel.Kind == PanelKind.Table) target["format"] = "table";
        return target;
    }

    private static JsonObject SqlTarget(Panel panel, Query query, int at) => new()
    {
        ["refId"] = Letter(at),
        ["datasource"] = DataSource(isSql: true),
        ["editorMode"] = "code",
        ["rawQuery"] = true,
        ["rawSql"] = query.Text,
        ["format"] = panel.Kind is PanelKind.Stat or PanelKind.Table ? "table" : "time_series",
    };

    /// <summary>The queries of a table beside each other, and no times.</summary>
    private static JsonArray Joined(Panel panel)
    {
        var (hidden, names) = (new JsonObject(), new JsonObject { ["tenant_id"] = "Organisation" });
        foreach (var (query, at) in panel.Queries.Select((query, at) => (query, at)))
        {
            hidden[$"Time {at + 1}"] = true;
            names[$"Value #{Letter(at)}"] = query.Legend;
        }

        hidden["Time"] = true;
        return new JsonArray(
            new JsonObject
            {
                ["id"] = "joinByField",
                ["options"] = new JsonObject { ["byField"] = "tenant_id", ["mode"] = "outer" },
            },
            new JsonObject
            {
                ["id"] = "organize",
                ["options"] = new JsonObject { ["excludeByName"] = hidden, ["renameByName"] = names },
            });
    }

    /// <summary>A share is no number of things.</summary>
    private static JsonArray Columns(Panel panel) => new([
        .. panel.Queries.Where(query => query.Text.Contains(" / ", StringComparison.Ordinal)).Select(query => new JsonObject
        {
            ["matcher"] = new JsonObject { ["id"] = "byName", ["options"] = query.Legend },
            ["properties"] = new JsonArray(new JsonObject { ["id"] = "unit", ["value"] = "percentunit" }),
        }),
    ]);

    /// <summary>As Grafana numbers queries: A … Z.</summary>
    private static string Letter(int at) => ((char)('A' + at)).ToString();

    [GeneratedRegex(@"\b(athena|process|node|redis|pg|probe)_\w+")]
    private static partial Regex MetricName();

    /// <summary>What stands in braces, and what a sum is made by.</summary>
    [GeneratedRegex(@"\{[^}]*\}|\b(by|without|on|ignoring) \([^)]*\)")]
    private static partial Regex Labels();
}
