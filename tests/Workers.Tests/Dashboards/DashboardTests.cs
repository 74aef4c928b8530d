using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Athena.Common.Telemetry.Metrics;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests.Dashboards;

/// <summary>
/// The dashboards that we bring for Grafana, as they lie in the package. That their queries bring numbers is seen elsewhere.
/// </summary>
internal sealed partial class DashboardTests
{
    private const string Folder = "packaging/grafana/dashboards";
    private const string Provisioning = "packaging/grafana/provisioning/dashboards/athena.yaml";

    /// <summary>Of those that Grafana has; a misspelt one would be shown behind the number.</summary>
    private static readonly string[] Units = ["none", "short", "s", "bytes", "percentunit"];

    /// <summary>That ask Prometheus; the one of the audit's copies asks PostgreSQL.</summary>
    private static IReadOnlyList<string> OfMetrics => [.. Files.Where(file => Path.GetFileName(file) != "athena-audit.json")];

    private static IReadOnlyList<string> Files => [.. Directory.GetFiles(Repository.PathOf(Folder)).Order(StringComparer.Ordinal)];

    [Test]
    public void The_files_are_what_is_said_here_in_short()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1")
        {
            Directory.CreateDirectory(Repository.PathOf(Folder));
            foreach (var dashboard in Dashboard.All)
                File.WriteAllText(Repository.PathOf($"{Folder}/{dashboard.FileName}"), dashboard.Write());
        }

        Assert.That(Files.Select(Path.GetFileName), Is.EquivalentTo(Dashboard.All.Select(dashboard => dashboard.FileName)));
        foreach (var dashboard in Dashboard.All)
            Assert.That(
                File.ReadAllText(Repository.PathOf($"{Folder}/{dashboard.FileName}")), Is.EqualTo(dashboard.Write()),
                $"UPDATE_SAMPLES=1 writes {dashboard.FileName} anew");
    }

    [Test]
    public void Each_has_an_address_that_stays_its_variables_and_a_way_to_the_others([ValueSource(nameof(Files))] string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        var variables = json["templating"]!["list"]!.AsArray().Select(variable => variable!["name"]!.GetValue<string>());
        Assert.Multiple(() =>
        {
            Assert.That(json["uid"]!.GetValue<string>(), Is.EqualTo(Path.GetFileNameWithoutExtension(file)).And.Match("^athena-[a-z]+$"));
            Assert.That(json["id"], Is.Null, "Grafana gives it, each its own");
            Assert.That(json["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()), Is.EqualTo(new[] { "athena" }));
            Assert.That(json["description"]!.GetValue<string>(), Does.EndWith(".").Or.EndWith(")"));
            Assert.That(variables, Is.SupersetOf(new[] { "datasource", "tenant", "instance" }));
            Assert.That(json["links"]![0]!["type"]!.GetValue<string>(), Is.EqualTo("dashboards"));
        });
    }

    [Test]
    public void Every_panel_has_unit_and_description_asks_the_chosen_data_source_and_stands_in_nobodys_way(
        [ValueSource(nameof(Files))] string file)
    {
        var panels = Panels(file);
        Assert.That(panels.Select(panel => panel["id"]!.GetValue<int>()), Is.Unique);
        Assert.That(panels.Select(panel => panel["title"]!.GetValue<string>()), Is.All.Not.Empty);
        var taken = new HashSet<(int, int)>();
        foreach (var panel in panels)
        {
            var title = panel["title"]!.GetValue<string>();
            var place = panel["gridPos"]!;
            var (x, y, width, height) = (Int(place["x"]), Int(place["y"]), Int(place["w"]), Int(place["h"]));
            Assert.Multiple(() =>
            {
                Assert.That(panel["fieldConfig"]!["defaults"]!["unit"]!.GetValue<string>(), Is.AnyOf(Units), title);
                Assert.That(panel["fieldConfig"]!["defaults"]!["noValue"]!.GetValue<string>(), Is.EqualTo("no data"), title);
                Assert.That(panel["description"]!.GetValue<string>(), Does.Match(@"^\S.*\. The numbers are of [a-z-]+\S.*\.$"), title);
                Assert.That(panel["datasource"]!["uid"]!.GetValue<string>(), Is.EqualTo("${datasource}"), title);
                foreach (var target in panel["targets"]!.AsArray())
                    Assert.That(target!["datasource"]!["uid"]!.GetValue<string>(), Is.EqualTo("${datasource}"), title);
                Assert.That((x >= 0, x + width <= 24, width > 0, height > 0), Is.EqualTo((true, true, true, true)), title);
                for (var column = x; column < x + width; column++)
                    for (var row = y; row < y + height; row++)
                        Assert.That(taken.Add((column, row)), $"{title} lies over another one");
            });
        }
    }

    [Test]
    public void They_ask_for_no_metric_that_nobody_writes_and_name_each_that_we_write([ValueSource(nameof(OfMetrics))] string file)
    {
        var ours = MetricTable.All.ToDictionary(metric => metric.Name);
        foreach (var panel in Panels(file))
        {
            var description = panel["description"]!.GetValue<string>();
            var asked = Queries(panel).SelectMany(PanelJson.MetricsIn).Distinct().ToList();
            Assert.That(asked, Is.Not.Empty, description);
            foreach (var name in asked)
            {
                var writers = ours.TryGetValue(name, out var metric) ? metric.Daemons
                    : PanelJson.Foreign.TryGetValue(name, out var exporter) ? [exporter]
                    : throw new AssertionException($"Nobody writes {name}: {description}");
                foreach (var writer in writers) Assert.That(description, Does.Contain(writer), name);
            }
        }
    }

    [Test]
    public void Every_variable_that_is_used_is_there_and_every_series_of_ours_is_filtered_by_the_instance(
        [ValueSource(nameof(OfMetrics))] string file)
    {
        var variables = JsonNode.Parse(File.ReadAllText(file))!["templating"]!["list"]!.AsArray()
            .Select(variable => variable!["name"]!.GetValue<string>()).Concat(["__range"]).ToList();
        foreach (var query in Panels(file).SelectMany(Queries))
        {
            Assert.That(Variable().Matches(query).Select(match => match.Groups[1].Value).Distinct(), Is.SubsetOf(variables), query);
            Assert.That(Unfiltered().IsMatch(query), Is.False, query);
        }
    }

    [Test]
    public void What_to_do_stands_in_the_runbook()
    {
        var anchors = File.ReadLines(Repository.PathOf("docs/runbook.md")).Where(line => line.StartsWith('#'))
            .Select(line => line.TrimStart('#', ' ').ToLowerInvariant().Replace(' ', '-')).ToList();
        var links = Files.SelectMany(Panels).Select(panel => panel["links"]?[0]!["url"]!.GetValue<string>()).OfType<string>().ToList();
        Assert.That(links, Has.Count.GreaterThan(20));
        foreach (var link in links)
        {
            Assert.That(link, Does.StartWith("${runbook}#"));
            Assert.That(anchors, Has.Member(link.Split('#')[1]));
        }
    }

    [Test]
    public void The_provisioning_names_the_folder_where_the_package_puts_them()
    {
        var text = File.ReadAllText(Repository.PathOf(Provisioning));
        Assert.That(text, Does.Contain("path: /usr/share/athena-workers/grafana/dashboards\n").And.Contain("apiVersion: 1\n"));
        Assert.That(
            File.ReadAllText(Repository.PathOf("packaging/deb/build.sh")), Does.Contain("grafana/* usr/share/athena-workers/grafana\n"));
    }

    private static List<JsonNode> Panels(string file) =>
        [.. JsonNode.Parse(File.ReadAllText(file))!["panels"]!.AsArray().OfType<JsonNode>()];

    private static IEnumerable<string> Queries(JsonNode panel) =>
        panel["targets"]!.AsArray().Select(target => target!["expr"]!.GetValue<string>());

    private static int Int(JsonNode? node) => node!.GetValue<int>();

    [GeneratedRegex(@"\$\{?(\w+)")]
    private static partial Regex Variable();

    /// <summary>A name of ours without braces, or with such as do not filter.</summary>
    [GeneratedRegex(@"\b(athena|process)_\w+(?!\w)(?!\{[^}]*instance=~""\$instance"")")]
    private static partial Regex Unfiltered();
}
