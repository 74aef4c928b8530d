using System.CommandLine;
using System.Text.Json;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// <c>drill</c>: has the running daemon make a drill and shows how it goes. Never in the command's own process: it is the daemon that is
/// to be proved.
/// </summary>
internal static class DrillCommand
{
    /// <summary>Longer than a drill takes at most, unless Grafana refuses to delete its account.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>How long the command stays after a failure to see the account deleted.</summary>
    private static readonly TimeSpan CleaningUp = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static void AddTo(WorkerProgram<AutoDisableSettings> program)
    {
        var mail = new Option<string>("--mail") { Description = "no: without the mail to DRILL_TO.", DefaultValueFactory = _ => "yes" };
        mail.AcceptOnlyFromAmong("yes", "no");
        program.Add(
            "drill", "Proves the running daemon: makes a throw-away account, watches it be locked and the mail be accepted, deletes it.",
            (context, parse, cancel) => RunAsync(context, parse.GetValue(mail)!, cancel), ActsAs.Asker).Options.Add(mail);
    }

    private static async Task<int> RunAsync(WorkerContext<AutoDisableSettings> context, string mail, CancellationToken cancel)
    {
        var daemon = context.Identity.Daemon;
        var reply = await AskAsync(context, AutoDisableProgram.Request("drill", null, null, ("mail", mail)), cancel).ConfigureAwait(false);
        if (reply is null)
            return context.Print(new ControlReply(ExitCode.Fault,
                $"{daemon} is not running, and a drill proves the running daemon. Why: journalctl -u {daemon} -n 20; to start it: sudo "
                + $"systemctl start {daemon}"));
        if (reply.ExitCode != ExitCode.Ok) return context.Print(reply);

        var said = new HashSet<string>();
        DateTimeOffset? failedAt = null;
        var until = context.Time.GetUtcNow() + Patience;
        while (true)
        {
            var state = JsonElement.Parse(reply.Json ?? "{}");
            Show(context, state, said);
            if (state.GetProperty("result").GetString() == "failed") failedAt ??= context.Time.GetUtcNow();
            if (state.GetProperty("over").GetBoolean() || context.Time.GetUtcNow() - failedAt >= CleaningUp)
                return End(context, reply, state);
            if (context.Time.GetUtcNow() >= until)
                return context.Print(new ControlReply(
                    ExitCode.Fault, "The drill has not ended yet; the daemon goes on. See: grafana-auto-disable status", reply.Json));

            await Task.Delay(Pause, context.Time, cancel).ConfigureAwait(false);
            reply = await AskAsync(context, new ControlRequest("drill-progress"), cancel).ConfigureAwait(false);
            if (reply is null)
                return context.Print(new ControlReply(ExitCode.Fault,
                    $"{daemon} has stopped in the middle of the drill. At its next start it deletes the account: sudo systemctl start "
                    + $"{daemon}"));
            if (reply.ExitCode != ExitCode.Ok) return context.Print(reply);
        }
    }

    private static Task<ControlReply?> AskAsync(
        WorkerContext<AutoDisableSettings> context, ControlRequest request, CancellationToken cancel) =>
        context.AskAsync(request, AutoDisableProgram.CommandPatience, cancel);

    /// <summary>What is new since the last time, a line each.</summary>
    private static void Show(WorkerContext<AutoDisableSettings> context, JsonElement state, HashSet<string> said)
    {
        if (context.IsJson) return;
        foreach (var step in state.GetProperty("steps").EnumerateArray().Select(step => step.GetString()!).Where(said.Add))
            context.Out.WriteLine(step);
    }

    private static int End(WorkerContext<AutoDisableSettings> context, ControlReply reply, JsonElement state)
    {
        var isPassed = state.GetProperty("result").GetString() == "passed";
        var more = state.GetProperty("over").GetBoolean() ? "" : " The daemon goes on to make sure that no account is left; status tells.";
        return context.Print(
            reply with
            {
                ExitCode = isPassed ? ExitCode.Ok : ExitCode.Fault,
                Text = $"The drill {state.GetProperty("sentence").GetString()}{more}",
            });
    }
}
