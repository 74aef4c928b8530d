using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Workers;

/// <summary>
/// <c>athena-workers status</c> and <c>check</c>: what each daemon says of itself, side by side, and one exit code for all.
/// </summary>
internal static class Overview
{
    public const string NoneInstalled =
        "None of the daemons is installed here: sudo apt install grafana-auto-disable grafana-compliance grafana-active-users";

    private const int Usual = 22;

    /// <summary>
    /// The worst first: what none of ours ends with (not in here), something failed, it could not be asked, there are warnings, all is
    /// well.
    /// </summary>
    private static readonly int[] WorstFirst =
    [
        ExitCode.Fault, ExitCode.Configuration, ExitCode.NotPermitted, ExitCode.Warnings, ExitCode.Ok,
    ];

    /// <returns><see cref="ExitCode.Ok"/> when each runs and is well.</returns>
    public static Task<int> StatusAsync(IDaemons daemons, bool isJson, TextWriter output, CancellationToken cancel) =>
        AskAsync(
            daemons,
            "status",
            isJson,
            output,
            async (name, answer, writer) =>
            {
                await writer.WriteLineAsync($"{name.PadRight(Width(daemons))}{Mark(answer),-8}{Sentence(answer)}").ConfigureAwait(false);
                if (Line("Settings", answer) is { } changed)
                    await writer.WriteLineAsync($"{"".PadRight(Width(daemons) + 8)}{changed}").ConfigureAwait(false);
            },
            cancel);

    /// <returns>The worst of theirs: 1 something failed, 2 warnings only.</returns>
    public static Task<int> CheckAsync(IDaemons daemons, bool isJson, TextWriter output, CancellationToken cancel) =>
        AskAsync(daemons, "check", isJson, output, (name, answer, writer) => writer.WriteAsync($"== {name}\n{Whole(answer)}\n"), cancel);

    /// <summary>One line and one of a plugin's exit codes for all of them.</summary>
    /// <param name="daemons">Those that are asked.</param>
    /// <param name="command"><c>status</c> or <c>check</c>.</param>
    /// <param name="output">For the line.</param>
    /// <param name="cancel">Ends them.</param>
    public static async Task<int> AsPluginAsync(IDaemons daemons, string command, TextWriter output, CancellationToken cancel)
    {
        var line = new PluginLine(3, $"ATHENA-WORKERS UNKNOWN - {NoneInstalled}");
        if (daemons.Names.Count > 0)
        {
            var answers = await AnswersAsync(daemons, [command, "--output", "json"], cancel).ConfigureAwait(false);
            line = PluginLine.Together("athena-workers", [.. daemons.Names.Zip(answers).Select(one =>
                (one.First, PluginLine.Of(one.First, one.Second.ExitCode, one.Second.Output, one.Second.Error)))]);
        }

        await output.WriteLineAsync(line.Text).ConfigureAwait(false);
        return line.Code;
    }

    private static async Task<int> AskAsync(
        IDaemons daemons, string command, bool isJson, TextWriter output, Func<string, Tool.Result, TextWriter, Task> show,
        CancellationToken cancel)
    {
        if (daemons.Names.Count == 0)
        {
            await output.WriteLineAsync(NoneInstalled).ConfigureAwait(false);
            return ExitCode.Fault;
        }

        var answers = await AnswersAsync(daemons, isJson ? [command, "--output", "json"] : [command], cancel).ConfigureAwait(false);
        var all = new JsonObject();
        foreach (var (name, answer) in daemons.Names.Zip(answers))
        {
            if (isJson)
                all[name] = new JsonObject
                {
                    ["exitCode"] = answer.ExitCode,
                    [command] = Parsed(answer.Output),
                    ["error"] = answer.Error.Trim() is { Length: > 0 } error ? error : null,
                };
            else await show(name, answer, output).ConfigureAwait(false);
        }

        if (isJson) await output.WriteLineAsync(all.ToText()).ConfigureAwait(false);
        return answers.Select(answer => answer.ExitCode).MinBy(code => Array.IndexOf(WorstFirst, code));
    }

    /// <summary>Of all at once, because each of them may wait for Grafana; in the order of the names.</summary>
    private static Task<Tool.Result[]> AnswersAsync(IDaemons daemons, string[] arguments, CancellationToken cancel)
    {
        return Task.WhenAll(daemons.Names.Select(AskOneAsync));

        // One that does not answer must not hide how the others are.
        async Task<Tool.Result> AskOneAsync(string name)
        {
            try
            {
                return await daemons.AskAsync(name, arguments, cancel).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                return new Tool.Result(ExitCode.Fault, "", e.Message);
            }
        }
    }

    /// <summary>Of the names, as far as they are there.</summary>
    private static int Width(IDaemons daemons) => Math.Max(Usual, daemons.Names.Max(name => name.Length) + 1);

    private static string Mark(Tool.Result answer) =>
        answer.ExitCode == ExitCode.Ok ? "ok"
        : State(answer) is not null ? "TROUBLE"
        : answer.ExitCode == ExitCode.Fault ? "OFF"
        : "unknown";

    private static string Sentence(Tool.Result answer) => State(answer) ?? answer.Words;

    /// <summary>The first line of a running daemon's answer is its state in one sentence.</summary>
    private static string? State(Tool.Result answer) => Line("State", answer);

    /// <summary>What a running daemon says behind a name at the begin of a line.</summary>
    private static string? Line(string name, Tool.Result answer) =>
        Array.Find(Whole(answer).Split('\n'), line => line.StartsWith(name + " ", StringComparison.Ordinal))?[name.Length..].Trim();

    /// <summary>An answer that is no good news comes on standard error.</summary>
    private static string Whole(Tool.Result answer) => answer.Output.Length > 0 ? answer.Output : answer.Error;

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
