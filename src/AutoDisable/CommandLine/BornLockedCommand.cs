using System.CommandLine;
using System.Text.Json.Nodes;
using Athena.Common.Grafana.Database;
using Athena.Common.GrafanaDatabase;
using Athena.Common.Hosting;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// <c>born-locked install|remove|status</c>: the triggers in Grafana's PostgreSQL. What installs and removes asks once for the connection of
/// somebody who may, and keeps it nowhere.
/// </summary>
internal static class BornLockedCommand
{
    private const string Scripts = "/usr/share/athena-workers/sql";

    public static void AddTo(WorkerProgram<AutoDisableSettings> program)
    {
        var what = new Argument<string>("what") { Description = "install, remove, or status." };
        what.AcceptOnlyFromAmong("install", "remove", "status");
        var yes = DecisionCommand.Yes;
        var command = program.Add("born-locked",
            "Has Grafana's own database (PostgreSQL 13 to 17) disable each new account as it is made, so that nobody is inside even for a moment; "
            + "asks for a connection of the owner of its tables or a superuser, on standard input without a terminal, and keeps it nowhere.",
            (context, parse, cancel) => parse.GetValue(what) switch
            {
                "install" => ChangeAsync(context, isInstall: true, parse.GetValue(yes), cancel),
                "remove" => ChangeAsync(context, isInstall: false, parse.GetValue(yes), cancel),
                _ => StatusAsync(context, cancel),
            }, ActsAs.Asker);
        command.Arguments.Add(what);
        command.Options.Add(yes);
    }

    private static async Task<int> StatusAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        if (context.Settings.Database is not { } options)
            return context.Print(new ControlReply(ExitCode.Fault, "GRAFANA_DATABASE is not set, so Grafana's database cannot be looked at. Born locked needs Grafana's data to be in PostgreSQL; see docs/born-locked.md"));
        await using var table = new GrafanaUserTable(options, context.Time);
        var status = await table.LookAsync(cancel).ConfigureAwait(false);
        var held = status.Standing is BornLockedStanding.Whole or BornLockedStanding.Broken ? await table.HeldAsync(100_000, cancel).ConfigureAwait(false) : null;
        var waiting = held?.Count(account => account.IsDisabled == true);
        string[] lines =
        [
            status.Standing switch
            {
                BornLockedStanding.Whole => "Installed and whole: new accounts are disabled as they are made.",
                BornLockedStanding.Absent => "Not installed. To install it: sudo grafana-auto-disable born-locked install",
                BornLockedStanding.Broken => "Installed, but NOT as it should be:",
                _ => "It could not be looked at:",
            },
            .. status.Problems,
            .. status.Cautions,
            .. waiting is { } count ? [$"{count} held and disabled: they wait for a decision or were rejected. See: sudo grafana-auto-disable pending"] : Array.Empty<string>(),
        ];
        var json = new JsonObject
        {
            ["standing"] = status.Standing.ToString(),
            ["problems"] = new JsonArray([.. status.Problems.Select(problem => (JsonNode)problem)]),
            ["cautions"] = new JsonArray([.. status.Cautions.Select(caution => (JsonNode)caution)]),
            ["held"] = waiting,
        };
        return context.Print(new ControlReply(status.Standing switch { BornLockedStanding.Whole => ExitCode.Ok, BornLockedStanding.Absent => ExitCode.Warnings, _ => ExitCode.Fault },
            string.Join('\n', lines.Select(VisibleText.Escape)) + "\n", json.ToJsonString()));
    }

    private static async Task<int> ChangeAsync(WorkerContext<AutoDisableSettings> context, bool isInstall, bool isAgreed, CancellationToken cancel)
    {
        var script = isInstall ? BornLockedScript.Install : BornLockedScript.Remove;
        var file = $"{Scripts}/born-locked-{(isInstall ? "install" : "remove")}.sql";
        if (!isAgreed)
        {
            await context.Out.WriteLineAsync($"This is run in Grafana's database, in one transaction ({file}):\n\n{script}").ConfigureAwait(false);
            if (!Console.Confirm(context, isInstall ? "Have new accounts born locked?" : "Take it back?")) return ExitCode.Fault;
        }

        await context.Out.WriteLineAsync("The connection of whoever owns Grafana's tables, or of a superuser: postgresql://postgres:PASSWORD@HOST/grafana, or Host=/var/run/postgresql;Username=postgres;Database=grafana").ConfigureAwait(false);
        var connection = await SecretPrompt.ReadAsync("Connection (it is not shown):", context.Out, cancel).ConfigureAwait(false);
        if (connection.Length == 0) return context.Print(new ControlReply(ExitCode.Usage, "The connection is needed: type it, or give it as the only line of standard input, with --yes."));
        var own = context.Settings.Database;
        var change = await BornLockedChange.RunAsync(connection, script, own, cancel).ConfigureAwait(false);
        foreach (var sentence in change.Said) await context.Out.WriteLineAsync(VisibleText.Escape(sentence)).ConfigureAwait(false);
        if (change.Problem is { } problem)
            return context.Print(new ControlReply(ExitCode.Fault, $"Nothing was changed: {problem}"));
        if (!isInstall && await AskAsync(context, cancel).ConfigureAwait(false) is { } reply) return context.Print(reply);
        return isInstall && own is not null ? await StatusAsync(context, cancel).ConfigureAwait(false) : ExitCode.Ok;
    }

    /// <summary>The daemon is told that it is meant; null where none runs, which finds it gone at its next start and says so once.</summary>
    private static async Task<ControlReply?> AskAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel) =>
        await context.AskAsync(new ControlRequest("born-locked-removed"), TimeSpan.FromSeconds(30), cancel).ConfigureAwait(false);
}
