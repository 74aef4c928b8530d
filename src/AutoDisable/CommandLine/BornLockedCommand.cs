using System.CommandLine;
using System.Text.Json.Nodes;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// <c>born-locked install|remove|status</c>: the triggers in Grafana's PostgreSQL. What installs and removes asks once for the connection
/// of somebody who may, and keeps it nowhere.
/// </summary>
internal static class BornLockedCommand
{
    private const string Scripts = "/usr/share/athena-workers/sql";

    public static void AddTo(WorkerProgram<AutoDisableSettings> program)
    {
        var what = new NamedArgument("what", "status") { Description = "install, remove, or status." };
        what.AcceptOnlyFromAmong("install", "remove", "status");
        var yes = DecisionCommand.Yes;
        var command = program.Add("born-locked",
            "Has Grafana's own database (PostgreSQL 13 to 17) disable each new account as it is made, so that nobody is inside even for a "
            + "moment; asks for a connection of the owner of its tables or a superuser, on standard input without a terminal, and keeps "
            + "it nowhere.",
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
            return context.Print(await BlindStatusAsync(context, cancel).ConfigureAwait(false));
        await using var table = new GrafanaUserTable(options, context.Time);
        var status = await table.LookAsync(cancel).ConfigureAwait(false);
        var held = status.Standing is BornLockedStanding.Whole or BornLockedStanding.Broken
            ? await table.HeldAsync(100_000, cancel).ConfigureAwait(false)
            : null;
        var waiting = held?.Count(account => account.IsDisabled == true);
        var engine = status.Standing == BornLockedStanding.Whole ? null : await EngineAsync(context, cancel).ConfigureAwait(false);
        string[] lines =
        [
            status.Standing switch
            {
                BornLockedStanding.Whole => "Installed and whole: new accounts are disabled as they are made.",
                BornLockedStanding.Absent => "Not installed. To install it: sudo grafana-auto-disable born-locked install",
                BornLockedStanding.Broken => "Installed, but NOT as it should be:",
                BornLockedStanding.Unknown => "It could not be looked at:",
            },
            .. status.Problems,
            .. status.Cautions,
            .. IsOther(engine)
                ? [$"Grafana keeps its data in {engine}, so GRAFANA_DATABASE does not name Grafana's database."]
                : Array.Empty<string>(),
            .. waiting is { } count
                ? [$"{count} held and disabled: they wait for a decision or were rejected. See: sudo grafana-auto-disable pending"]
                : Array.Empty<string>(),
        ];
        var json = new JsonObject
        {
            ["standing"] = status.Standing.ToString(),
            ["problems"] = new JsonArray([.. status.Problems.Select(problem => (JsonNode)problem)]),
            ["cautions"] = new JsonArray([.. status.Cautions.Select(caution => (JsonNode)caution)]),
            ["held"] = waiting,
        };
        return context.Print(new ControlReply(
            status.Standing switch
            {
                BornLockedStanding.Whole => ExitCode.Ok,
                BornLockedStanding.Absent => ExitCode.Warnings,
                BornLockedStanding.Unknown or BornLockedStanding.Broken => ExitCode.Fault,
            },
            string.Join('\n', lines.Select(VisibleText.Escape)) + "\n", json.ToText()));
    }

    /// <summary>Without access to the database Grafana can be asked which one it has, and the daemon what it knows.</summary>
    private static async Task<ControlReply> BlindStatusAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        var engine = await EngineAsync(context, cancel).ConfigureAwait(false);
        var json = new JsonObject { ["standing"] = nameof(BornLockedStanding.Unknown), ["engine"] = engine };
        if (IsOther(engine))
            return new ControlReply(ExitCode.Warnings, $"Not installed, and it cannot be: {NotIn(engine)}\n", json.ToText());
        if (await IsLeftAsync(context, cancel).ConfigureAwait(false))
        {
            return new ControlReply(ExitCode.Fault,
                "Installed when it was last looked at, and nobody looks any more, because GRAFANA_DATABASE is not set. Grafana's database "
                + "goes on disabling new accounts. Set it again in /etc/default/grafana-auto-disable, then: sudo systemctl restart "
                + "grafana-auto-disable. Or take it out: sudo grafana-auto-disable born-locked remove\n",
                json.ToText());
        }

        var where = engine is null
            ? "Born locked needs Grafana's data to be in PostgreSQL"
            : $"Grafana keeps its data in {engine}, so it can be installed: sudo grafana-auto-disable born-locked install";
        return new ControlReply(
            ExitCode.Fault,
            $"GRAFANA_DATABASE is not set, so Grafana's database cannot be looked at. {where}; see "
            + "/usr/share/doc/athena-workers/born-locked.md\n",
            json.ToText());
    }

    private static bool IsOther(string? engine) => engine is not (null or DatabaseEngine.PostgreSql);

    private static string NotIn(string? engine) =>
        $"Grafana keeps its data in {engine}, and born locked works in PostgreSQL alone. There the daemon locks new accounts as before, a "
        + "moment after they are made.";

    /// <summary>As Grafana's settings say it; null where it cannot be asked or does not say.</summary>
    private static async Task<string?> EngineAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        // What it answers is all that is to be said.
        await using var grafana = new GrafanaClient(
            context.Settings.Grafana.ForCommand(context.Common.StateDirectory), context.Time, NullLogger<GrafanaClient>.Instance);
        var settings = await grafana.ServerSettingsAsync(cancel).ConfigureAwait(false);
        return settings.IsDone ? DatabaseEngine.Of(settings.Value) : null;
    }

    /// <summary>The daemon knows, also where its files are not ours to read; while it is stopped its mark tells.</summary>
    private static async Task<bool> IsLeftAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        var reply = await context.AskAsync(new ControlRequest("status"), TimeSpan.FromSeconds(10), cancel).ConfigureAwait(false);
        return reply?.Json is { } json
            ? JsonNode.Parse(json)?["troubles"] is JsonArray troubles
                && troubles.Any(trouble => trouble?["kind"]?.GetValue<string>() == nameof(TroubleKind.BornLockedUnwatched))
            : BornLockedMarker.Exists(context.Common.StateDirectory);
    }

    private static async Task<int> ChangeAsync(
        WorkerContext<AutoDisableSettings> context, bool isInstall, bool isAgreed, CancellationToken cancel)
    {
        if (isInstall && await EngineAsync(context, cancel).ConfigureAwait(false) is var engine && IsOther(engine))
            return context.Print(new ControlReply(ExitCode.Fault, $"Nothing was changed: {NotIn(engine)}"));
        var script = isInstall ? BornLockedScript.Install : BornLockedScript.Remove;
        var file = $"{Scripts}/born-locked-{(isInstall ? "install" : "remove")}.sql";
        if (!isAgreed)
        {
            await context.Out.WriteLineAsync($"This is run in Grafana's database, in one transaction ({file}):\n\n{script}")
                .ConfigureAwait(false);
            if (!Console.Confirm(context, isInstall ? "Have new accounts born locked?" : "Take it back?")) return ExitCode.Fault;
        }

        await context.Out.WriteLineAsync(
            "The connection of whoever owns Grafana's tables, or of a superuser: postgresql://postgres:PASSWORD@HOST/grafana, or "
            + "Host=/var/run/postgresql;Username=postgres;Database=grafana").ConfigureAwait(false);
        var connection = await SecretPrompt.ReadAsync("Connection (it is not shown):", context.Out, cancel).ConfigureAwait(false);
        if (connection.Length == 0)
            return context.Print(new ControlReply(
                ExitCode.Usage, "The connection is needed: type it, or give it as the only line of standard input, with --yes."));
        var own = context.Settings.Database;
        var change = await BornLockedChange.RunAsync(connection, script, own, cancel).ConfigureAwait(false);
        foreach (var sentence in change.Said) await context.Out.WriteLineAsync(VisibleText.Escape(sentence)).ConfigureAwait(false);
        if (change.Problem is { } problem)
            return context.Print(new ControlReply(ExitCode.Fault, $"Nothing was changed: {problem}"));
        var told = await TellAsync(context, isInstall, cancel).ConfigureAwait(false) is { } reply ? context.Print(reply) : ExitCode.Ok;
        return isInstall && own is not null ? await StatusAsync(context, cancel).ConfigureAwait(false) : told;
    }

    /// <summary>
    /// The daemon is told that it is meant, or while it is stopped its memory is: it would else say at its next start that something is
    /// gone, or belongs to somebody else. Whoever comes with the shell alone is told by the marker, also where nobody looks at the
    /// database.
    /// </summary>
    private static async Task<ControlReply?> TellAsync(WorkerContext<AutoDisableSettings> context, bool isInstall, CancellationToken cancel)
    {
        var request = new ControlRequest(isInstall ? "born-locked-installed" : "born-locked-removed");
        if (await context.AskAsync(request, TimeSpan.FromSeconds(30), cancel).ConfigureAwait(false) is { } reply) return reply;
        try
        {
            if (!Directory.Exists(context.Common.StateDirectory)) return null;
            BornLockedMarker.Set(context.Common.StateDirectory, isInstall);
            if (AutoDisableState.In(context.Common.StateDirectory).Load() is StateLoad<AutoDisableState>.Absent) return null;
            return await AutoDisableProgram.AnswerAsync(context, request, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            return new ControlReply(ExitCode.Ok,
                (isInstall
                    ? "It was installed; but what the daemon has kept could not be told of it: "
                    : "It was removed; but what the daemon has kept could not be told, so it says once, when it is started, that it is "
                        + "gone: ")
                + $"{e.Message}\n");
        }
    }
}
