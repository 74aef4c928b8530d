using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;

namespace Athena.Workers;

/// <summary>
/// <c>athena-workers status</c> and <c>check</c>: what each daemon says of itself, side by side, and one exit code for all.
/// </summary>
internal static class Overview
{
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
            (name, answer, writer) => writer.WriteLineAsync($"{name,-22}{Mark(answer),-8}{Sentence(answer)}"),
            cancel);

    /// <returns>The worst of theirs: 1 something failed, 2 warnings only.</returns>
    public static Task<int> CheckAsync(IDaemons daemons, bool isJson, TextWriter output, CancellationToken cancel) =>
        AskAsync(daemons, "check", isJson, output, (name, answer, writer) => writer.WriteAsync($"== {name}\n{Whole(answer)}\n"), cancel);

    private static async Task<int> AskAsync(
        IDaemons daemons, string command, bool isJson, TextWriter output, Func<string, Tool.Result, TextWriter, Task> show,
        CancellationToken cancel)
    {
        if (daemons.Names.Count == 0)
        {
            await output.WriteLineAsync(
                "None of the daemons is installed here: sudo apt install grafana-auto-disable grafana-compliance grafana-active-users")
                    .ConfigureAwait(false);
            return ExitCode.Fault;
        }

        // At once: each of them may wait for Grafana.
        string[] arguments = isJson ? [command, "--output", "json"] : [command];
        var answers = await Task.WhenAll(daemons.Names.Select(AskOneAsync)).ConfigureAwait(false);
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

        if (isJson) await output.WriteLineAsync(all.ToJsonString()).ConfigureAwait(false);
        return answers.Select(answer => answer.ExitCode).MinBy(code => Array.IndexOf(WorstFirst, code));

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

    private static string Mark(Tool.Result answer) =>
        answer.ExitCode == ExitCode.Ok ? "ok"
        : State(answer) is not null ? "TROUBLE"
        : answer.ExitCode == ExitCode.Fault ? "OFF"
        : "unknown";

    private static string Sentence(Tool.Result answer) => State(answer) ?? answer.Words;

    /// <summary>The first line of a running daemon's answer is its state in one sentence.</summary>
    private static string? State(Tool.Result answer) =>
        Whole(answer).Split('\n', 2)[0] is ['S', 't', 'a', 't', 'e', ' ', .. var state] ? state.Trim() : null;

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
