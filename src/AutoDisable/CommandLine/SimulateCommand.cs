using System.CommandLine;
using Athena.AutoDisable.Simulate;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// <c>simulate</c>: what the daemon would have done of late, from this host's own log and user list. Needs no state, changes nothing in
/// Grafana, and may run before there is a baseline and beside whatever guards the door until then.
/// </summary>
internal static class SimulateCommand
{
    /// <summary>Lines of the log between two looks at whether there is something to show.</summary>
    private const int LinesBetween = 1000;

    public static void AddTo(WorkerProgram<AutoDisableSettings> program)
    {
        var since = new Option<string>("--since")
        {
            Description = "How far back: a duration (7d, 36h) or a time (2026-11-14).",
            DefaultValueFactory = _ => "7d",
        };
        var simulate = program.Add(
            "simulate", "Says what the daemon would have done of late, from the log and the user list. Changes nothing.",
            (context, parse, cancel) => RunAsync(context, parse.GetValue(since)!, cancel), ActsAs.Caller);
        program.WasCalled("rehearse", simulate);
        simulate.Options.Add(since);
    }

    private static async Task<int> RunAsync(WorkerContext<AutoDisableSettings> context, string text, CancellationToken cancel)
    {
        var settings = ReadSettings(context);
        if (TimeArgument.Since(text, settings.Mail.TimeZone, context.Time.GetUtcNow()) is not { } since)
            return context.Print(new ControlReply(ExitCode.Usage,
                $"--since {VisibleText.Escape(text)}: must be a duration such as 7d or 36h, or a time that is over such as 2026-11-14."));

        await using var grafana = new GrafanaClient(
            settings.Grafana.ForCommand(context.Common.StateDirectory), context.Time, context.Logging.CreateLogger<GrafanaClient>());
        using var progress = ProgressLine.OnTerminal(context);
        progress?.Show("asking Grafana who is there…");
        var self = await grafana.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (!self.IsDone) return context.Print(new ControlReply(ExitCode.Fault, self.Detail));
        var (users, problem) = await BaselineCommand.ListAsync(grafana, cancel).ConfigureAwait(false);
        if (users is null) return context.Print(new ControlReply(ExitCode.Fault, problem!));

        var record = new SimulationRecord(users, since, context.Time);
        var lines = 0L;
        var log = settings.Log.ReadSince(since, line =>
        {
            record.OnLine(line);
            if (++lines % LinesBetween == 0) progress?.Show($"reading the log… {lines} lines,");
        });
        progress?.Clear();
        var simulationRun = record.Conclude(self.Value.Id, settings.Database is not null, log);
        return context.Print(new ControlReply(
            ExitCode.Ok, new SimulationText(settings.Mail.TimeZone).Write(simulationRun),
            SimulationText.ToJson(simulationRun).ToText()));
    }

    /// <summary>Nobody is mailed, so it may run before the mail server is set.</summary>
    private static AutoDisableSettings ReadSettings(WorkerContext<AutoDisableSettings> context)
    {
        var reader = new SettingsReader(context.Source);
        var settings = AutoDisableSettings.Read(reader);
        var problems = reader.Problems.Where(problem =>
            problem.Key is not "MAIL_FROM" and not "MAIL_TO" && !problem.Key.StartsWith("SMTP_", StringComparison.Ordinal)).ToList();
        return problems.Count == 0 ? settings : throw new ConfigurationException(problems);
    }
}
