using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>
/// The files of several daemons as one answer: in Prometheus' format all of a metric stands together, below one HELP and one TYPE. Takes
/// what our own programs write and nothing else: a file is the daemon's own, and what is in it goes to others.
/// </summary>
internal sealed partial class MetricMerge
{
    /// <summary>Several times what a daemon has.</summary>
    private const int MostMetrics = 500;

    private const string Help = "# HELP ";

    private readonly SortedDictionary<string, (string Help, string Type, StringBuilder Lines)> metrics =
        new(StringComparer.Ordinal);

    /// <summary>Takes all of it, or nothing.</summary>
    /// <param name="daemon">Whose it is: each line must say so.</param>
    /// <returns>False where no program of ours wrote it whole, or where it has another kind for a metric that is there already.</returns>
    public bool TryAdd(string daemon, string text)
    {
        if (!text.EndsWith('\n')) return false;
        List<(string Name, string Help, string Type, StringBuilder Lines)> read = [];
        var lines = text.Split('\n')[..^1];
        for (var at = 0; at < lines.Length; at++)
        {
            if (lines[at].StartsWith(Help, StringComparison.Ordinal))
            {
                if (read.Count == MostMetrics) return false;
                var name = Name().Match(lines[at]).Groups[1].Value;
                if (name.Length == 0 || at + 1 == lines.Length || Kind().Match(lines[at + 1]).Groups[1].Value != name
                    || read.Exists(one => one.Name == name))
                    return false;
                read.Add((name, lines[at], lines[++at], new StringBuilder()));
            }
            else if (read.Count > 0 && IsOf(read[^1].Name, daemon, lines[at]))
            {
                read[^1].Lines.Append(lines[at]).Append('\n');
            }
            else
            {
                return false;
            }
        }

        if (read.Exists(one => metrics.TryGetValue(one.Name, out var known) && known.Type != one.Type)) return false;
        foreach (var (metric, help, type, samples) in read)
        {
            // A daemon that was not restarted after an upgrade may have other words for it.
            if (!metrics.TryGetValue(metric, out var known)) metrics[metric] = known = (help, type, new StringBuilder());
            known.Lines.Append(samples);
        }

        return true;
    }

    /// <summary>All of it, in the order of the names.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        foreach (var (help, type, lines) in metrics.Values) text.Append(help).Append('\n').Append(type).Append('\n').Append(lines);
        return text.ToString();
    }

    /// <summary>In a value a quotation mark has a stroke before it, so that none can pass for the label.</summary>
    private static bool IsOf(string metric, string daemon, string line) =>
        Sample().Match(line) is { Success: true } found && found.Groups[1].Value == metric
        && found.Groups[2].Value.Contains($",daemon=\"{daemon}\"", StringComparison.Ordinal);

    [GeneratedRegex(@"\A# HELP ((?:athena|process)_[a-z0-9_]{1,80}) [^\r\n]{1,1000}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A# TYPE ([a-z0-9_]+) (?:counter|gauge|histogram)\z")]
    private static partial Regex Kind();

    [GeneratedRegex(
        """
        \A([a-z0-9_]+?)(?:_bucket|_sum|_count)?
        \{((?:,?[a-z_]+="(?:[^"\\\r\n]|\\["\\n])*")*)\}
        [ ](?:[+-]?Inf|NaN|-?[0-9][0-9.eE+-]{0,40})\z
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Sample();
}
