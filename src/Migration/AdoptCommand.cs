using System.CommandLine;
using System.Text.Json;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Microsoft.Extensions.Logging;

namespace Athena.Migration;

/// <summary>
/// The commands that activate and revert run with the rights of the unit, because the state belongs to its user. Nobody calls
/// them by hand, so the help does not show them.
/// </summary>
internal static class AdoptCommand
{
    public const string Adopt = "adopt";
    public const string Note = "note-change";
    public const string LetIn = "let-in";

    /// <summary>What can be noted, and nothing else: the audit is no notebook.</summary>
    public static readonly string[] Events = ["taken-over", "put-back", "handed-back"];

    public static void AddTo<TSettings>(WorkerProgram<TSettings> program, MigrationPlan<TSettings> migrationPlan)
    {
        var before = new Option<string?>("--before");
        var all = new Option<bool>("--all");
        var hasOldGuard = new Option<bool>("--has-old-guard");
        var by = new Option<string>("--by") { DefaultValueFactory = _ => CommandUser.Name };
        var preview = new Option<bool>("--preview");
        var adopt = program.Add(Adopt, "Part of activate.", async (context, parse, cancel) =>
        {
            var reply = await migrationPlan.Adopt(context, new Adoption(
                parse.GetValue(before), parse.GetValue(all), parse.GetValue(hasOldGuard), parse.GetValue(by)!, parse.GetValue(preview)),
                    cancel).ConfigureAwait(false);
            await context.Out.WriteLineAsync(JsonSerializer.Serialize(reply, AdoptJson.Default.AdoptionReply)).ConfigureAwait(false);
            return reply.Problem is null ? ExitCode.Ok : ExitCode.Fault;
        });
        adopt.Hidden = true;
        foreach (var option in (Option[])[before, all, hasOldGuard, by, preview]) adopt.Options.Add(option);

        var what = new Argument<string>("event");
        what.AcceptOnlyFromAmong(Events);
        var text = new Argument<string>("text");
        var note = program.Add(Note, "Part of activate and revert.", (context, parse, _) =>
            Task.FromResult(Append(context, parse.GetValue(what)!, parse.GetValue(text)!, parse.GetValue(by)!)));
        note.Hidden = true;
        if (migrationPlan.LetIn is { } letIn) AddLetIn(program, letIn);
        note.Arguments.Add(what);
        note.Arguments.Add(text);
        note.Options.Add(by);
    }

    private static void AddLetIn<TSettings>(
        WorkerProgram<TSettings> program, Func<WorkerContext<TSettings>, IReadOnlyList<string>, CancellationToken, Task<LetInReply>> letIn)
    {
        var enable = new Option<string>("--enable") { DefaultValueFactory = _ => "" };
        var command = program.Add(LetIn, "Part of activate and revert.", async (context, parse, cancel) =>
        {
            var reply = await letIn(context, parse.GetValue(enable)!.Split(',', StringSplitOptions.RemoveEmptyEntries), cancel)
                .ConfigureAwait(false);
            await context.Out.WriteLineAsync(JsonSerializer.Serialize(reply, AdoptJson.Default.LetInReply)).ConfigureAwait(false);
            return reply.Problem is null ? ExitCode.Ok : ExitCode.Fault;
        });
        command.Hidden = true;
        command.Options.Add(enable);
    }

    private static int Append<TSettings>(WorkerContext<TSettings> context, string what, string text, string by)
    {
        var common = context.Common;
        using var taken = StateDirectory.Take(common.StateDirectory, context.Identity.Daemon);
        using var audit = AuditLog.Open(
            new AuditOptions(common.StateDirectory, common.AuditKeep, common.VerdictKeep), context.Time,
            context.Logging.CreateLogger<AuditLog>());
        audit.Append(new AuditEntry(what, "guard", text, new Dictionary<string, string> { ["by"] = by }));
        return ExitCode.Ok;
    }
}
