using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>The rules that we bring for Grafana's own alerting are those for Prometheus.</summary>
internal sealed class GrafanaRulesTests
{
    private const string Rules = "packaging/prometheus/athena.rules.yml";
    private const string ForGrafana = "packaging/grafana/alerting/athena.yaml";

    private static string Made => GrafanaRules.Of(Read(Rules));

    /// <summary>After a change of the rules: UPDATE_SAMPLES=1 writes it anew.</summary>
    [Test]
    public void What_is_installed_is_what_the_rules_for_Prometheus_make()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1") File.WriteAllText(Repository.PathOf(ForGrafana), Made);
        Assert.That(Read(ForGrafana), Is.EqualTo(Made));
    }

    [Test]
    public void Each_alert_is_there_with_its_patience_its_severity_and_a_link()
    {
        var ours = Regex.Matches(Read(Rules), @"- alert: (\w+)\n(?:.+\n)+?    labels:\n      severity: (\w+)")
            .Select(match => (match.Groups[1].Value, Regex.Match(match.Value, @"\n    for: (\w+)").Groups[1].Value, match.Groups[2].Value));
        var theirs = Regex.Matches(Made, @"    title: (\w+)\n(?:.+\n)+?    for: (\w+)\n    labels:\n      severity: (\w+)\n")
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value is "0s" ? "" : match.Groups[2].Value, match.Groups[3].Value));
        Assert.That(theirs, Is.EqualTo(ours));
        Assert.That(ours.Count(), Is.GreaterThan(20));
        foreach (var (alert, _, _) in ours) Assert.That(Made, Does.Contain($"runbook.md#{alert.ToLowerInvariant()}'\n"));
    }

    [Test]
    public void It_knows_nothing_that_Grafana_does_not()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Made, Does.Not.Contain("$externalLabels"));
            Assert.That(Made, Does.Not.Match(@"\$value\b"));
            Assert.That(Made, Does.Not.Contain("athena:"), "what Prometheus records for itself");
            Assert.That(Made, Does.Not.Contain("${"), "Grafana would look for a variable of its environment");
            var uids = Regex.Matches(Made, "uid: (.+)").Select(match => match.Groups[1].Value);
            Assert.That(uids, Is.Unique.And.All.Length.LessThanOrEqualTo(40));
        });
    }

    /// <summary>A second reader of YAML, so that the first is not only believed by itself.</summary>
    [Test]
    public void Prometheus_takes_each_of_its_questions()
    {
        if (Promtool.Find("promtool") is not { } tool)
        {
            NotRun.Missing("promtool, of Debian's package prometheus");
            return;
        }

        using var folder = new TemporaryDirectory();
        var rules = string.Concat(Regex.Matches(Made, "    title: (.+)\n(?:.+\n)+?        expr: (.+)\n")
            .Select(match => $"  - alert: {match.Groups[1].Value}\n    expr: {match.Groups[2].Value}\n"));
        File.WriteAllText(folder["asked.yml"], $"groups:\n- name: asked\n  rules:\n{rules}");
        var (code, text) = Promtool.Run(tool, null, "check", "rules", folder["asked.yml"]);
        Assert.That(code, Is.Zero, text);
    }

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(path));
}
