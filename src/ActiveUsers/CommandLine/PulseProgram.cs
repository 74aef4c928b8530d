using System.CommandLine;
using Athena.Common.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>The daemon's command line: what it runs and what a person can ask of it.</summary>
internal static class PulseProgram
{
    private static readonly TimeSpan CommandPatience = TimeSpan.FromMinutes(1);

    public static WorkerProgram<ActiveUsersSettings> Create(Func<string, SettingsSource>? source = null)
    {
        var sendTest = new Option<bool>("--send-test") { Description = "Send a test message to the chat as well." };
        var once = new OnceOptions();
        var program = new WorkerProgram<ActiveUsersSettings>(Identity.Worker, ActiveUsersSettings.Read)
        {
            Compose = (services, context) => services.AddHostedService(provider => new PulseDaemon(
                context, provider.GetRequiredService<ServiceStatus>(), provider.GetRequiredService<Heartbeat>(), context.Logging.CreateLogger<PulseDaemon>())),
            Once = (context, parse, cancel) => OnceCommand.RunAsync(context, once.Read(parse), cancel),
            OnceActsAs = ActsAs.Caller, // Neither state nor socket.
            OnceOptions = once.All,
            OtherOutputs = ["telegram"],
            Check = (context, parse, report, cancel) => new PulseCheck(context, report).RunAsync(parse.GetValue(sendTest), cancel),
            CheckOptions = [sendTest],
            Catalogue = () => Identity.Catalogue,
            Memory = new WorkerMemory<ActiveUsersSettings>(PulseRestore.Parts, (memory, _, _) => PulseRestore.Adopt(memory)),
            Source = source ?? SettingsSource.ForProcess,
            Examples =
            [
                "sudo grafana-active-users once                                    the last quarter of an hour, from the log alone",
                "sudo grafana-active-users once --from 06:00 --to 07:00            an hour of today",
                "sudo grafana-active-users once --log copy.log --from 2026-11-20   a log of another host",
                "sudo grafana-active-users once --dashboard ward-occupancy --from 2026-11-20   who opened it, and when",
                "sudo grafana-active-users take-over --dry-run                     how it would be set up, changing nothing",
                "sudo grafana-active-users take-over                               sets it up for good, also from an old timer",
                "sudo grafana-active-users hand-back                               the old timer again",
                "sudo grafana-active-users pulse --test                            a test message to the chat",
                "sudo grafana-active-users silence 2h --reason \"Grafana is updated\"",
                "sudo grafana-active-users report --from 2026-11-01                days, peaks and the five figures",
                "sudo grafana-active-users backup /var/backups                     what it remembers, in one file",
                "sudo grafana-active-users restore FILE                            puts it back while the daemon is stopped",
            ],
        };
        AddCommands(program);
        return program;
    }

    private static void AddCommands(WorkerProgram<ActiveUsersSettings> program)
    {
        var length = new Argument<string>("for") { Description = "How long, as 2h or 30m; or off." };
        var reason = new Option<string?>("--reason") { Description = "Why; shown in each pulse meanwhile, and kept in the audit." };
        var silence = program.Add("silence", "Sends no alerts for a while; what is still wrong when it ends is told then.",
            (context, parse, cancel) => SilenceAsync(context, parse.GetValue(length)!, parse.GetValue(reason), cancel), ActsAs.Asker);
        silence.Arguments.Add(length);
        silence.Options.Add(reason);

        var test = new Option<bool>("--test") { Description = "Send a test message to the chat instead." };
        var dry = new Option<bool>("--dry-run") { Description = "Show the pulse and send nothing; so it is without any option, too." };
        var pulse = program.Add("pulse", "Shows the pulse of the last window as it would be sent, or sends a test message.",
            (context, parse, cancel) => PulseCommand.RunAsync(context, parse.GetValue(test), cancel), ActsAs.Caller);
        pulse.Options.Add(test);
        pulse.Options.Add(dry);

        var from = new Option<string?>("--from") { Description = "Begin: 2026-11-01; without it, thirty days ago." };
        var to = new Option<string?>("--to") { Description = "End, not included: 2026-12-01; without it, now." };
        var report = program.Add("report", "Days, peaks and the five figures of the platform.",
            (context, parse, _) => Task.FromResult(ReportCommand.Run(context, parse.GetValue(from), parse.GetValue(to))));
        report.Options.Add(from);
        report.Options.Add(to);

        program.Add(PulseSuccession.Create());
    }

    /// <summary>The running daemon does it; while it is stopped, this process, with the lock on the state.</summary>
    private static async Task<int> SilenceAsync(WorkerContext<ActiveUsersSettings> context, string length, string? reason, CancellationToken cancel)
    {
        var arguments = new Dictionary<string, string> { ["by"] = CommandUser.Name, ["for"] = length };
        if (reason is not null) arguments["reason"] = reason;
        var request = new ControlRequest("silence", arguments);
        if (await context.AskAsync(request, CommandPatience, cancel).ConfigureAwait(false) is { } reply) return context.Print(reply);

        using var site = PulseSite.Open(context);
        return context.Print(new Commands(site.Parts.Alerts, site.Memory, context.Settings.Wording.Zone, context.Time).Execute(request));
    }
}
