using System.Text.RegularExpressions;
using Athena.Common.Telemetry.Metrics;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>The rules and routes that we bring for Prometheus and Alertmanager, tried by their own tools.</summary>
internal sealed partial class PrometheusRulesTests
{
    private const string Rules = "packaging/prometheus/athena.rules.yml";
    private const string Trials = "packaging/prometheus/athena.rules.test.yml";
    private const string Routes = "packaging/alertmanager/athena.yml";

    private static IReadOnlyList<string> Alerts => [.. Alert().Matches(Read(Rules)).Select(match => match.Groups[1].Value)];

    [Test]
    public void Promtool_takes_the_rules_and_every_trial_of_them_ends_as_it_should()
    {
        Is0(Tool("promtool", "check", "rules", Repository.PathOf(Rules)));
        Is0(Tool("promtool", "test", "rules", Repository.PathOf(Trials)));
    }

    [Test]
    public void Every_alert_is_tried_before_while_and_after_something_is_wrong()
    {
        var trials = Read(Trials);
        Assert.That(Alerts, Has.Count.GreaterThan(20).And.Unique);
        foreach (var alert in Alerts)
        {
            var quiet = Regex.Matches(trials, $@"- \{{ eval_time: \w+, alertname: {alert}, exp_alerts: \[\] \}}");
            var fires = Regex.Match(trials, $@"- eval_time: \w+\n    alertname: {alert}\n    exp_alerts:\n    - exp_labels:");
            Assert.That((quiet.Count, fires.Success), Is.EqualTo((2, true)), alert);
            Assert.That(fires.Index, Is.InRange(quiet[0].Index, quiet[1].Index), alert);
        }
    }

    [Test]
    public void Every_alert_has_its_severity_and_leads_to_words_of_its_own_in_the_runbook()
    {
        var rules = Read(Rules);
        var headings = Read("docs/runbook.md").Split('\n').Where(line => line.StartsWith("### ", StringComparison.Ordinal));
        foreach (var alert in Alerts)
        {
            var own = Regex.Match(rules, $@"- alert: {alert}\n(?:    .*\n)+").Value;
            Assert.Multiple(() =>
            {
                Assert.That(own, Does.Match("severity: (critical|warning|info)\n"), alert);
                Assert.That(own, Does.Contain("$labels.tenant_id").And.Contain("$labels.instance"), alert);
                Assert.That(own, Does.Contain($"#{alert.ToLowerInvariant()}'"), alert);
                Assert.That(headings, Has.Member($"### {alert}"));
            });
        }
    }

    [Test]
    public void The_rules_ask_for_no_metric_of_ours_that_nobody_writes()
    {
        var known = MetricTable.All.SelectMany(metric => metric.Kind == MetricKind.Histogram
            ? (string[])[metric.Name + "_bucket", metric.Name + "_sum", metric.Name + "_count"]
            : [metric.Name]).Append("athena_runbook"); // A label that a site may set.
        Assert.That(OfOurs().Matches(Read(Rules)).Select(match => match.Value).Distinct(), Is.SubsetOf(known));
    }

    [Test]
    public void Amtool_takes_the_routes_and_each_severity_has_its_own()
    {
        Is0(Tool("amtool", "check-config", Repository.PathOf(Routes)));
        foreach (var (severity, receiver) in ((string, string)[])[("critical", "now"), ("warning", "today"), ("info", "good-to-know")])
        {
            var (code, text) = Tool(
                "amtool", "config", "routes", "test", $"--config.file={Repository.PathOf(Routes)}", $"severity={severity}");
            Assert.That((code, text.Split('\n')[0]), Is.EqualTo((0, receiver)));
        }
    }

    [Test]
    public void The_routes_name_only_alerts_that_there_are()
    {
        var named = Word().Matches(Read(Routes)).Select(match => match.Value)
            .Concat(Regex.Matches(Read(Routes), @"Athena\(([\w|]+)\)").SelectMany(match => match.Groups[1].Value.Split('|'))
                .Select(end => "Athena" + end));
        Assert.That(named.Distinct(), Is.SubsetOf(Alerts));
    }

    private static void Is0((int ExitCode, string Text) said) => Assert.That(said.ExitCode, Is.Zero, said.Text);

    private static (int ExitCode, string Text) Tool(string name, params string[] arguments)
    {
        if (Promtool.Find(name) is not { } tool)
        {
            NotRun.Missing($"{name}, of Debian's packages prometheus and prometheus-alertmanager");
            return default;
        }

        return Promtool.Run(tool, null, arguments);
    }

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(path));

    [GeneratedRegex(@"^  - alert: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"\bathena_[a-z0-9_]+")]
    private static partial Regex OfOurs();

    [GeneratedRegex(@"\bAthena[A-Z]\w+")]
    private static partial Regex Word();
}
