using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Athena.EndToEnd.Harness;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>What Grafana would be shown: every query of every dashboard, asked of a real Prometheus that the real daemons fill.</summary>
internal sealed partial class DashboardTests
{
    private const int MostPoints = 1000; // As a panel of Grafana has, by its width.

    /// <summary>Servers that are not here, by the names of the panels that ask for them.</summary>
    private static readonly Dictionary<string, string> NotHere = new()
    {
        ["Redis"] = "redis_exporter",
        ["PostgreSQL"] = "postgres_exporter",
        ["Certificate ends in"] = "blackbox_exporter",
    };

    [Test]
    public async Task Every_panel_of_every_dashboard_shows_something()
    {
        if (Promtool.Find("prometheus") is null || Promtool.Find("prometheus-node-exporter") is null)
        {
            NotRun.Missing("prometheus and node_exporter, of Debian's packages");
            return;
        }

        using var folder = new TemporaryDirectory();
        await using var gate = await Lab.OpenAsync();
        await using var hours = await ComplianceLab.OpenAsync(hours: 4);
        await using var pulse = await PulseLab.OpenAsync();
        var files = ((DaemonProgram Program, string Name)[])[(gate.Program, "gate"), (hours.Program, "hours"), (pulse.Program, "pulse")];
        foreach (var (program, name) in files) program.Settings["METRICS_DIR"] = Directory.CreateDirectory(folder[name]).FullName;
        await gate.StartDaemonAsync();
        hours.RunDaemon();
        pulse.Grafana.Database.SaveDashboard(new JsonObject { ["uid"] = "ward-occupancy", ["title"] = "Ward occupancy" });
        pulse.Program.Settings["WATCH_DATA_SOURCES"] = "all";
        await pulse.AddDataSourceAsync("lab-results");
        await File.WriteAllTextAsync(folder["grafana.dump"], "a backup");
        pulse.Program.Settings["WATCH_BACKUPS"] = folder["grafana.dump"];
        await pulse.RunDaemon().SaysAsync("has started");
        await using var prometheus = await PrometheusLab.OpenAsync(folder, [.. files.Select(file => folder[file.Name + "/metrics.prom"])]);
        await prometheus.SaysAsync("count(athena_build_info)", "3");
        await prometheus.SaysAsync("sum(athena_lock_time_to_decide_seconds_count)", "0"); // From here on a rise is seen.

        var drill = await gate.Program.RunAsync("drill", "--mail", "no");
        Assert.That(drill.ExitCode, Is.Zero, drill.Text);
        using var stranger = await gate.SignUpAsync("new@example.net");
        await gate.MailAsync("Locked, waiting for you:");
        await gate.PressAsync("enable", gate.Account("new@example.net"));

        var open = Directory.GetFiles(Repository.PathOf("packaging/grafana/dashboards"))
            .Where(file => Path.GetFileName(file) != "athena-audit.json") // PostgreSQL is asked that.
            .SelectMany(Asked).ToList();
        Assert.That(open, Has.Count.GreaterThan(50));
        foreach (var (title, exporter) in NotHere)
        {
            Assert.That(open.RemoveAll(asked => asked.Title == title), Is.Not.Zero, $"There is no panel {title} any more");
            TestContext.Progress.WriteLine($"Not looked at: the panel {title}, for {exporter} does not run here");
        }

        // People go on working, so that each window has something to count.
        await Eventually.TrueAsync(
            async () =>
            {
                await pulse.WorkAsync("naledi");
                await pulse.OpenDashboardAsync("naledi", "ward-occupancy");
                using var guess = new Visitor(pulse.Grafana, "nobody", "wrong");
                await guess.AskAsync("GET", "/api/user");
                foreach (var asked in open.ToList())
                    if (await IsAnsweredAsync(prometheus, asked)) open.Remove(asked);
                return open.Count == 0;
            },
            "each panel shows something",
            () => string.Join('\n', open.Select(asked => $"{asked.Title}: {asked.Query}")) + "\n" + pulse.Story,
            TimeSpan.FromMinutes(5));
    }

    /// <summary>One query of a panel; of a panel with a row for each hour of a day, all of them together.</summary>
    private sealed record Question(
        string Title, string Query, TimeSpan Span, TimeSpan? Step, bool IsNow, bool IsByDay, IReadOnlyList<JsonNode> Variables);

    private static IEnumerable<Question> Asked(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        IReadOnlyList<JsonNode> variables =
            [.. json["templating"]!["list"]!.AsArray().OfType<JsonNode>().Where(variable => (string)variable["type"]! == "query")];
        foreach (var panel in json["panels"]!.AsArray().OfType<JsonNode>())
        {
            var from = (string?)panel["timeFrom"] ?? (string)json["time"]!["from"]!;
            var span = Duration(from.Replace("now-", "", StringComparison.Ordinal));
            var step = (string?)panel["interval"] is { } interval ? Duration(interval) : (TimeSpan?)null;
            var queries = panel["targets"]!.AsArray().Select(target => (string)target!["expr"]!);
            var (isNow, isByDay) = ((bool)panel["targets"]![0]!["instant"]!, (string)panel["type"]! == "status-history");
            if (isByDay) queries = [string.Join(" or ", queries)];
            foreach (var query in queries)
                yield return new Question((string)panel["title"]!, query, span, step, isNow, isByDay, variables);
        }
    }

    private static async Task<bool> IsAnsweredAsync(PrometheusLab prometheus, Question asked)
    {
        var chosen = new List<(string Name, string Value)> { ("__range", $"{asked.Span.TotalSeconds:0}s") };
        foreach (var variable in asked.Variables)
        {
            // Everything is chosen, as it is when a dashboard is opened; what is asked for one variable may depend on one before it.
            var definition = Definition().Match(Replaced((string)variable["definition"]!));
            var values = await prometheus.ValuesAsync(definition.Groups[1].Value, definition.Groups[2].Value);
            if (values.Count == 0) return false;
            var escaped = values.Select(value => Special().Replace(value, @"\\$0"));
            chosen.Add(((string)variable["name"]!, values.Count == 1 ? escaped.First() : $"({string.Join('|', escaped)})"));
        }

        var step = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(asked.Span.TotalSeconds / MostPoints, asked.Step?.TotalSeconds ?? 15)));
        return await prometheus.BringsNumbersAsync(Replaced(asked.Query), asked.IsNow ? null : (asked.Span, step), asked.IsByDay);

        string Replaced(string text) =>
            chosen.Aggregate(text, (all, one) => all.Replace("$" + one.Name, one.Value, StringComparison.Ordinal));
    }

    private static TimeSpan Duration(string text)
    {
        var count = int.Parse(text[..^1], CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            var unit => throw new AssertionException($"Nobody told this test of {unit}."),
        };
    }

    [GeneratedRegex(@"^label_values\((.+),(\w+)\)$")]
    private static partial Regex Definition();

    /// <summary>What Grafana escapes in the value of a variable that is put into PromQL.</summary>
    [GeneratedRegex(@"[$^*{}\[\]'+?.()|]")]
    private static partial Regex Special();
}
