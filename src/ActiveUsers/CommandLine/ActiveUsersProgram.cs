using System.CommandLine;
using System.Text.Json.Nodes;
using Athena.ActiveUsers.Access;
using Athena.ActiveUsers.State;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Migration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>The daemon's command line: what it runs and what a person can ask of it.</summary>
internal static class ActiveUsersProgram
{
    private static readonly TimeSpan CommandPatience = TimeSpan.FromMinutes(1);

    public static WorkerProgram<ActiveUsersSettings> Create(Func<string, SettingsSource>? source = null)
    {
        var sendTest = new Option<bool>("--send-test") { Description = "Send a test message to the chat as well." };
        var once = new OnceOptions();
        var program = new WorkerProgram<ActiveUsersSettings>(Identity.Worker, ActiveUsersSettings.Read)
        {
            Compose = (services, context) => services.AddHostedService(provider => new ActiveUsersDaemon(
                context, provider.GetRequiredService<ServiceStatus>(), provider.GetRequiredService<Heartbeat>(),
                context.Logging.CreateLogger<ActiveUsersDaemon>())),
            Once = (context, parse, cancel) => OnceCommand.RunAsync(context, once.Read(parse), cancel),
            OnceActsAs = ActsAs.Caller, // Neither state nor socket.
            OnceOptions = once.All,
            OtherOutputs = new Dictionary<string, string[]>
            {
                ["telegram"] = ["once", "pulse"],
                ["md"] = ["incident"],
                ["html"] = ["incident"],
            },
            OnceHelp = "Counts one span of any log and shows it; sends nothing and remembers nothing.",
            Check = (context, parse, report, cancel) => new ActiveUsersCheck(context, report).RunAsync(parse.GetValue(sendTest), cancel),
            CheckOptions = [sendTest],
            Catalogue = () => Identity.Catalogue,
            Kpis = ReportCommand.Kpis,
            BesideAudit = (options, time, records) =>
                new AccessBook(options.Directory, options.Keep, time).Verify(records),
            Memory = new BackupSource<ActiveUsersSettings>(ActiveUsersRestore.Parts, (memory, _, _, _) =>
            {
                ActiveUsersRestore.Adopt(memory);
                return Task.CompletedTask;
            })
            {
                Persons = ActiveUsersPersons.In,
            },
            Source = source ?? SettingsSource.ForProcess,
            Examples =
            [
                "sudo grafana-active-users once                                    the last quarter of an hour, from the log alone",
                "sudo grafana-active-users once --from 06:00 --to 07:00            an hour of today",
                "sudo grafana-active-users once --log copy.log --from 2026-11-20   a log of another host",
                "sudo grafana-active-users once --dashboard ward-occupancy --from 2026-11-20   who opened it, and when",
                "sudo grafana-active-users activate --dry-run                      how it would be set up, changing nothing",
                "sudo grafana-active-users activate                                sets it up for good, also from an old timer",
                "sudo grafana-active-users revert                                  the old timer again",
                "sudo grafana-active-users pulse --test                            a test message to the chat",
                "sudo grafana-active-users silence 2h --reason \"Grafana is updated\"",
                "sudo grafana-active-users ack AL-20261121-1 --note \"The disk is being made larger\"",
                "sudo grafana-active-users incident AL-20261121-1 --output md      what happened, for the post-mortem",
                "sudo grafana-active-users report --from 2026-11-01                days, peaks and figures",
                "sudo grafana-active-users who-saw ward-occupancy --since 30d      who opened a dashboard, where that is kept",
                "sudo grafana-active-users who-changed --since 7d                  who changed what in Grafana, where that is kept",
                "sudo grafana-active-users backup /var/backups                     what it remembers, in one file",
                "sudo grafana-active-users restore FILE                            puts it back while the daemon is stopped",
            ],
        };
        AddCommands(program);
        return program;
    }

    private static void AddCommands(WorkerProgram<ActiveUsersSettings> program)
    {
        var length = new NamedArgument("for", "2h") { Description = "How long, as 2h or 30m; or off." };
        var reason = new Option<string?>("--reason") { Description = "Why; shown in each pulse meanwhile, and kept in the audit." };
        var silence = program.Add("silence", "Sends no alerts for a while; what is still wrong when it ends is told then.",
            (context, parse, cancel) => ActAsync(
                context, "silence", [("for", parse.GetValue(length)), ("reason", parse.GetValue(reason))], cancel), ActsAs.Asker);
        silence.Arguments.Add(length);
        silence.Options.Add(reason);

        var number = new NamedArgument(
            "number", "AL-20261121-1 --note \"The disk is being made larger\"", "Which are open: sudo grafana-active-users status")
        {
            Description = "Of the alert, AL-20261121-1, as in its message and in status.",
        };
        var note = new Option<string?>("--note") { Description = "What you do about it; told where the alert was, and kept in the audit." };
        var ack = program.Add("ack", "Says that you have taken up an alert: it is not told again until it is over.",
            (context, parse, cancel) => ActAsync(
                context, "ack", [("number", parse.GetValue(number)), ("note", parse.GetValue(note))], cancel), ActsAs.Asker);
        ack.Arguments.Add(number);
        ack.Options.Add(note);

        var past = new NamedArgument("number", "AL-20261121-1", "Which are open: sudo grafana-active-users status; others: the messages")
        {
            Description = "Of the alert, also of one that is over.",
        };
        program.Add("incident", "What happened with an alert, from begin to end, for the post-mortem.",
            (context, parse, _) => Task.FromResult(IncidentCommand.Run(context, parse.GetValue(past)!))).Arguments.Add(past);

        var test = new Option<bool>("--test") { Description = "Send a test message to the chat instead." };
        var dry = new Option<bool>("--dry-run") { Description = "Show the pulse and send nothing; so it is without any option, too." };
        var pulse = program.Add("pulse", "Shows the pulse of the last window as it would be sent now, or sends a test message.",
            (context, parse, cancel) => PulseCommand.RunAsync(context, parse.GetValue(test), cancel), ActsAs.Caller);
        pulse.Options.Add(test);
        pulse.Options.Add(dry);

        var from = new Option<string?>("--from") { Description = "Begin: 2026-11-01; without it, thirty days ago." };
        var to = new Option<string?>("--to") { Description = "End, not included: 2026-12-01; without it, now." };
        var report = program.Add("report", "Days, peaks, and the key figures as far as the log tells them.",
            (context, parse, _) => Task.FromResult(ReportCommand.Run(context, parse.GetValue(from), parse.GetValue(to))));
        report.Options.Add(from);
        report.Options.Add(to);

        AccessCommands.AddTo(program);
        MigrationCommands.AddTo(program, ActiveUsersMigration.Create());
    }

    /// <summary>The running daemon does it; while it is stopped, this process, with the lock on the state.</summary>
    private static async Task<int> ActAsync(
        WorkerContext<ActiveUsersSettings> context, string command, (string Name, string? Value)[] given, CancellationToken cancel)
    {
        var arguments = new Dictionary<string, string> { ["by"] = CommandUser.Name };
        foreach (var (name, value) in given)
            if (value is not null) arguments[name] = value;
        var request = new ControlRequest(command, arguments);
        if (await context.AskAsync(request, CommandPatience, cancel).ConfigureAwait(false) is { } reply) return context.Print(reply);

        await using var site = ActiveUsersSite.Open(context);
        var commands = new Commands(site.Parts.Alerts, site.Outbox, site.Memory, context.Settings.Wording.Zone, context.Time);
        return context.Print(commands.Execute(request, isDaemon: false));
    }
}

/// <summary>The options of <c>once</c>.</summary>
internal sealed class OnceOptions
{
    private readonly Option<string?> from = new("--from")
    {
        Description = "Begin: 06:00 (today), 2026-11-20, 2026-11-20T06:00, or with an offset; without it, the last window.",
    };
    private readonly Option<string?> to = new("--to") { Description = "End, not included; without it, now." };
    private readonly Option<string?> log = new("--log")
    {
        Description = "Another log: a file, file:PATH or journal:UNIT. Grafana is then not asked.",
    };
    private readonly Option<string?> dashboard = new("--dashboard") { Description = "Who opened the dashboard with this uid, and when." };

    private readonly Option<bool> whole = new("--verbose", "-v") { Description = "With --dashboard: each time that somebody opened it." };

    public IReadOnlyList<Option> All => [from, to, log, dashboard, whole];

    public OnceArguments Read(ParseResult parse) =>
        new(parse.GetValue(from), parse.GetValue(to), parse.GetValue(log), parse.GetValue(dashboard))
        {
            IsWhole = parse.GetValue(whole),
        };
}

/// <summary>
/// How the pulse takes over from a timer of before: what was before the change was told by that, and is not told as missed.
/// </summary>
internal static class ActiveUsersMigration
{
    public static MigrationPlan<ActiveUsersSettings> Create() => new()
    {
        Consequence = "nobody is told in the chat who uses Grafana and how it is",
        OldGuardMayRunAnyTime = false,
        Trial = ["once"],
        WhyNotYet = WhyNotYet,
        Adopt = (context, adoption, _) => AdoptAsync(context, adoption),
    };

    internal static string? WhyNotYet(JsonNode status) =>
        status["dryRun"]?.GetValue<bool>() == true ? "DRY_RUN is set, so it sends nothing"
        : status["handledTo"] is null ? "it does not know yet with which window to begin"
        : null;

    private static async Task<AdoptionReply> AdoptAsync(WorkerContext<ActiveUsersSettings> context, Adoption adoption)
    {
        // Without a state of ours everything begins with the first start anyway.
        if (!adoption.HasOldGuard || adoption.IsPreview) return new AdoptionReply("");
        await using var site = ActiveUsersSite.Open(context);
        site.Parts.Cycle.BeginAnew();
        return site.Memory.SaveProblem is { } problem ? new AdoptionReply("", Problem: problem) : new AdoptionReply("");
    }
}
