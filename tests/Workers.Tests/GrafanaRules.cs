using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Workers.Tests;

/// <summary>
/// The rules for Prometheus as Grafana takes them from a file (apiVersion 1, Grafana 12): the same question, the same patience, the same
/// words. An alert of Prometheus fires for each series that its question brings, whatever the number; so the condition here is that there
/// is one. What Prometheus would have recorded is asked in its place, because who has these rules need not have those.
/// </summary>
internal static partial class GrafanaRules
{
    /// <summary>Stands for the uid of the data source, which is another one at each site.</summary>
    public const string DataSource = "ATHENA_PROMETHEUS";

    /// <summary>Asked first of all where Prometheus is away: it alone says so, else each rule would.</summary>
    public const string TellsOfErrors = "AthenaDaemonGone";

    private const string Head =
        """
        # The rules of prometheus/athena.rules.yml for Grafana's own alerting, made of those: change them there. In place of
        # ATHENA_PROMETHEUS comes the uid of the data source, see docs/metrics.md.
        #
        # No data is well: each question brings only what is wrong. Where Prometheus does not answer, AthenaDaemonGone says so and the
        # others stay as they are.
        apiVersion: 1
        groups:

        """;

    /// <param name="rules">The text of the rules for Prometheus.</param>
    /// <param name="runbook">The link before the <c>#</c>: Grafana knows no label that a site sets.</param>
    public static string Of(string rules, string runbook = "file:///usr/share/doc/athena-workers/runbook.md")
    {
        var recorded = Recorded().Matches(rules).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var text = new StringBuilder(Head);
        foreach (Match group in Group().Matches(rules))
        {
            var alerts = Alert().Matches(group.Value);
            if (alerts.Count == 0) continue;
            text.Append($"- orgId: 1\n  name: {group.Groups[1].Value}\n  folder: Athena\n  interval: 1m\n  rules:\n");
            foreach (Match alert in alerts) Write(text, alert, recorded, runbook);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Match alert, Dictionary<string, string> recorded, string runbook)
    {
        var name = alert.Groups["name"].Value;
        var question = string.Join(
            ' ', alert.Groups["expr"].Value.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line != "|-"));
        foreach (var (record, made) in recorded)
            question = question.Replace(record, $"({made})", StringComparison.Ordinal);
        var summary = alert.Groups["summary"].Value.Replace("$value", "$values.A.Value", StringComparison.Ordinal);
        text.Append(
            $$"""
              - uid: {{Word().Replace(name, "-$0").TrimStart('-').ToLowerInvariant()}}
                title: {{name}}
                condition: B
                data:
                - refId: A
                  relativeTimeRange: { from: 600, to: 0 }
                  datasourceUid: {{DataSource}}
                  model:
                    refId: A
                    editorMode: code
                    expr: {{Quoted(question)}}
                    instant: true
                    range: false
                - refId: B
                  relativeTimeRange: { from: 600, to: 0 }
                  datasourceUid: __expr__
                  model:
                    refId: B
                    type: math
                    expression: is_number($A)
                noDataState: OK
                execErrState: {{(name == TellsOfErrors ? "Error" : "KeepLast")}}
                for: {{(alert.Groups["for"].Success ? alert.Groups["for"].Value : "0s")}}
                labels:
                  severity: {{alert.Groups["severity"].Value}}
                annotations:
                  summary: {{Quoted(summary)}}
                  runbook_url: {{Quoted($"{runbook}#{name.ToLowerInvariant()}")}}

            """);
    }

    /// <summary>What stood between quotes in the rules is quoted in the same way.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^- name: (.+)\n(?:(?!- name: ).*\n?)*", RegexOptions.Multiline)]
    private static partial Regex Group();

    [GeneratedRegex(@"^  - record: (\S+)\n    expr: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Recorded();

    [GeneratedRegex(
        @"^  - alert: (?<name>\w+)\n    expr: (?<expr>.+\n(?:      .+\n)*)(?:    for: (?<for>\w+)\n)?    labels:\n"
        + @"      severity: (?<severity>\w+)\n    annotations:\n      summary: '(?<summary>.+)'\n      runbook_url: '.+'$",
        RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex("[A-Z][a-z]+")]
    private static partial Regex Word();
}
