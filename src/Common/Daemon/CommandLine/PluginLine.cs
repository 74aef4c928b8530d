using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// <c>--output nagios</c>: one line and one of four exit codes, as the guidelines of the Monitoring Plugins want it and Nagios, Icinga and
/// Checkmk read it. Made of what the same command says with <c>--output json</c>, so that the two cannot differ. Pure.
/// </summary>
/// <param name="Code">0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.</param>
/// <param name="Text">Without a line end: <c>GRAFANA-COMPLIANCE OK - … | decided=12</c>.</param>
internal sealed record PluginLine(int Code, string Text)
{
    /// <summary>The word for <c>--output</c>.</summary>
    public const string Output = "nagios";

    /// <summary>Commands that know it.</summary>
    public static readonly string[] Commands = ["status", "check"];

    /// <summary>A plugin says no more in a line; a page of an overview is not wider.</summary>
    private const int Longest = 400;

    /// <summary>What a running daemon tells although it does its work: it is well, and somebody should look.</summary>
    private static readonly string[] Remarks = ["troubles", "alerts", "warnings"];

    private static readonly string[] States = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

    /// <summary>Runs a command that answers with JSON, and writes its line in the place of that.</summary>
    /// <returns>The line's code.</returns>
    public static async Task<int> RunAsync(string daemon, ParseResult parse, Func<Task<int>> command)
    {
        var configuration = parse.InvocationConfiguration;
        var (writer, answer, words) = (configuration.Output, new StringWriter(), new StringWriter());
        (configuration.Output, configuration.Error) = (answer, words);
        var code = await command().ConfigureAwait(false);
        var line = Of(daemon, code, answer.ToString(), words.ToString());
        await writer.WriteLineAsync(line.Text).ConfigureAwait(false);
        return line.Code;
    }

    /// <param name="daemon">Its name.</param>
    /// <param name="exitCode">That of the command.</param>
    /// <param name="json">Its answer; empty where there was none.</param>
    /// <param name="words">What it said on standard error.</param>
    public static PluginLine Of(string daemon, int exitCode, string json, string words)
    {
        var answer = Parsed(json);
        var code = exitCode switch
        {
            ExitCode.Ok => Array.Exists(Remarks, name => Count(answer?[name]) > 0) ? 1 : 0,
            ExitCode.Warnings => 1,
            ExitCode.Fault => 2,
            _ => 3, // It could not be found out.
        };
        var figures = answer is null ? "" : Figures(answer);
        return new PluginLine(
            code,
            $"{daemon.ToUpperInvariant()} {States[code]} - {Cut(Sentence(daemon, answer, words))}"
            + (figures.Length > 0 ? $" | {figures}" : ""));
    }

    /// <summary>
    /// Those of several daemons as one: the worst counts, and whoever is not well speaks first. Worst is CRITICAL, then UNKNOWN.
    /// </summary>
    public static PluginLine Together(string program, IReadOnlyList<(string Daemon, PluginLine Line)> all)
    {
        int[] worstFirst = [2, 3, 1, 0];
        var sorted = all.OrderBy(one => Array.IndexOf(worstFirst, one.Line.Code)).ToList();
        var code = sorted[0].Line.Code;
        var parts = sorted.Select(one => one.Line.Text.Split(" | ", 2)).ToList();
        var figures = string.Join(' ', sorted.Zip(parts).Where(pair => pair.Second.Length == 2).SelectMany(pair =>
            pair.Second[1].Split(' ').Select(figure => $"{pair.First.Daemon}_{figure}")));
        return new PluginLine(code,
            $"{program.ToUpperInvariant()} {States[code]} - {string.Join("; ", parts.Select(part => part[0]))}"
            + (figures.Length > 0 ? $" | {figures}" : ""));
    }

    private static string Sentence(string daemon, JsonNode? answer, string words)
    {
        if (answer?["state"] is JsonValue state) return state.GetValue<string>();
        if (answer?["findings"] is JsonArray findings) return OfFindings(findings);
        var first = words.Split('\n', 2)[0];
        return first.StartsWith(daemon + ": ", StringComparison.Ordinal) ? first[(daemon.Length + 2)..]
            : first.Length > 0 ? first
            : $"no answer: sudo {daemon} status";
    }

    /// <summary>What failed, else what is to be read; the first of them in words.</summary>
    private static string OfFindings(JsonArray findings)
    {
        foreach (var outcome in (string[])["failed", "warning"])
        {
            var some = findings.Where(finding => finding?["outcome"]?.GetValue<string>() == outcome).ToList();
            if (some.Count > 0)
                return some[0]!["what"]!.GetValue<string>()
                    + (some.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" (and {some.Count - 1} more)") : "");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{findings.Count} things looked at, all well");
    }

    /// <summary>Each number of the answer by its own name, of a list its length, and of findings how many there are of a kind.</summary>
    private static string Figures(JsonNode answer)
    {
        if (answer is not JsonObject members) return "";
        var text = new StringBuilder();
        foreach (var (name, value) in members)
        {
            if (name == "findings" && value is JsonArray findings)
                foreach (var outcome in (string[])["ok", "note", "warning", "failed"])
                    Add(outcome, findings.Count(finding => finding?["outcome"]?.GetValue<string>() == outcome));
            else if (value is JsonArray list) Add(name, list.Count);
            else if (name != "exitCode" && value is JsonValue number && number.GetValueKind() == JsonValueKind.Number)
                Add(name, number.GetValue<double>());
        }

        return text.ToString().TrimEnd();

        void Add(string name, double value) => text.Append(CultureInfo.InvariantCulture, $"{name}={value} ");
    }

    private static int Count(JsonNode? list) => list is JsonArray { Count: var count } ? count : 0;

    /// <summary>A bar begins the figures, and a line end would end the line.</summary>
    private static string Cut(string text)
    {
        var line = UntrustedText.SingleLine(text.Replace('|', '/'));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
