using System.CommandLine;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Text;
using Athena.Compliance.Hourly;
using Athena.Compliance.State;
using Athena.Migration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance.CommandLine;

/// <summary>The daemon's command line: what it runs and what a person can ask of it.</summary>
internal static class ComplianceProgram
{
    public static WorkerProgram<ComplianceSettings> Create(Func<string, SettingsSource>? source = null)
    {
        var testTo = new Option<string?>("--test-to") { Description = "Send a report about an invented hour to this address." }
            .Must(text => EmailAddress.TryParse(text, out _, out var fault) ? null : $"is no plain mail address: {fault}");
        var once = new OnceCommand();
        var program = new WorkerProgram<ComplianceSettings>(Identity.Worker, ComplianceSettings.Read)
        {
            Compose = (services, context) => services.AddHostedService(provider => new ComplianceDaemon(
                context, provider.GetRequiredService<ServiceStatus>(), provider.GetRequiredService<Heartbeat>(),
                context.Logging.CreateLogger<ComplianceDaemon>())),
            Once = once.RunAsync,
            OnceActsAs = ActsAs.Caller, // Neither state nor socket.
            OnceOptions = once.Options,
            OtherOutputs = new Dictionary<string, string[]> { ["html"] = ["once", "report", "preview"] },
            OnceHelp = "Decides one hour of any log and shows it; sends nothing and remembers nothing.",
            Check = (context, parse, report, cancel) => new ComplianceCheck(context, report).RunAsync(parse.GetValue(testTo), cancel),
            CheckOptions = [testTo],
            Catalogue = () => Identity.Catalogue,
            Kpis = ReportCommand.Kpis,
            Memory = new BackupSource<ComplianceSettings>(ComplianceRestore.Parts, (memory, _, _, _) =>
            {
                ComplianceRestore.Adopt(memory);
                return Task.CompletedTask;
            })
            {
                Persons = CompliancePersons.In,
            },
            Source = source ?? SettingsSource.ForProcess,
            Examples =
            [
                "sudo grafana-compliance once                                       the last hour, decided without consequences",
                "sudo grafana-compliance once --from 09:00 --to 10:00 --output html the mail about it",
                "sudo grafana-compliance explain 2026-11-20T10:00                   why there was a mail, or none",
                "sudo grafana-compliance report --from 2026-11-01 --output html     hours and days, to print",
                "sudo grafana-compliance simulate --since 7d                        what First2Lead would have got",
                "sudo grafana-compliance preview --output html                      how a report looks with these settings",
                "sudo grafana-compliance activate --dry-run                         how it would be set up, changing nothing",
                "sudo grafana-compliance activate                                   sets it up for good, also from an old timer",
                "sudo grafana-compliance revert                                     the old timer again",
                "sudo grafana-compliance check --test-to me@example.org             tests everything, and mails",
                "sudo grafana-compliance backup /var/backups                        what it remembers, in one file",
                "sudo grafana-compliance restore FILE                               puts it back while the daemon is stopped",
            ],
        };
        AddCommands(program);
        return program;
    }

    private static void AddCommands(WorkerProgram<ComplianceSettings> program)
    {
        var which = new NamedArgument("window", "2026-11-20T10:00", "Which there were: sudo grafana-compliance report")
        {
            Description = "A report's number (AC-2026-11-20T0900+0200), or the end of its hour (10:00, 2026-11-20T10:00).",
        };
        program.Add("explain", "Says how an hour was decided, with the evidence as long as it is kept, and what became of its mails.",
            (context, parse, _) => Task.FromResult(ExplainCommand.Run(context, parse.GetValue(which)!))).Arguments.Add(which);

        var from = new Option<string?>("--from") { Description = "First day: 2026-11-01; without it, thirty days back." };
        var to = new Option<string?>("--to") { Description = "Last day; without it, today." };
        var report = program.Add("report", "Hours and days from the audit, to print and to file.",
            (context, parse, _) => Task.FromResult(ReportCommand.Run(context, parse.GetValue(from), parse.GetValue(to))));
        report.Options.Add(from);
        report.Options.Add(to);

        var since = new Option<string>("--since")
        {
            Description = "How far back: a duration (7d, 36h) or a time (2026-11-14).",
            DefaultValueFactory = _ => "7d",
        };
        var log = new Option<string?>("--log") { Description = "Another log: a file, file:PATH or journal:UNIT." };
        var whole = new Option<bool>("--verbose", "-v") { Description = "A line for each hour." };
        var simulate = program.Add("simulate", "Says what First2Lead would have got of late. Sends nothing.",
            (context, parse, cancel) => SimulateCommand.RunAsync(
                context, parse.GetValue(since)!, parse.GetValue(log), parse.GetValue(whole), cancel),
            ActsAs.Caller);
        program.WasCalled("rehearse", simulate);
        simulate.Options.Add(since);
        simulate.Options.Add(log);
        simulate.Options.Add(whole);

        var outcome = new Option<string>("--outcome")
        {
            Description = $"Which mail: {string.Join(", ", PreviewCommand.Outcomes)}.",
            DefaultValueFactory = _ => PreviewCommand.Outcomes[0],
        };
        outcome.AcceptOnlyFromAmong(PreviewCommand.Outcomes);
        program.Add("preview", "Shows a mail as it comes out with these settings, about an invented hour.",
            (context, parse, _) => Task.FromResult(PreviewCommand.Run(context, parse.GetValue(outcome)!)), ActsAs.Caller)
                .Options.Add(outcome);

        MigrationCommands.AddTo(program, ComplianceMigration.Create());
    }
}

/// <summary>
/// How the reports take over from a timer of before: what ended before the change was its business, and nobody gets a report twice.
/// </summary>
internal static class ComplianceMigration
{
    public static MigrationPlan<ComplianceSettings> Create() => new()
    {
        Consequence = "no hour is looked at and First2Lead gets no reports",
        OldGuardMayRunAnyTime = false,
        Trial = ["once"],
        WhyNotYet = WhyNotYet,
        Adopt = AdoptAsync,
    };

    internal static string? WhyNotYet(JsonNode status) =>
        status["dryRun"]?.GetValue<bool>() == true ? "DRY_RUN is set, so it reports nothing" : status["problem"]?.GetValue<string>();

    private static async Task<AdoptionReply> AdoptAsync(
        WorkerContext<ComplianceSettings> context, Adoption adoption, CancellationToken cancel)
    {
        // Without a state of ours everything begins with the first start anyway.
        var directory = context.Common.StateDirectory;
        if (!adoption.HasOldGuard || !Directory.Exists(directory)
            || ComplianceState.In(directory).Load() is StateLoad<ComplianceState>.Absent) return new AdoptionReply("");

        var since = TimeZoneInfo.ConvertTime(context.Time.GetUtcNow(), context.Settings.Zone);
        var text = $"Hours that ended before {since:yyyy-MM-dd HH:mm zzz} were the old timer's; ours decides those after";
        if (adoption.IsPreview) return new AdoptionReply(text);
        await using var site = ComplianceSite.Open(context);
        site.State.TakenOverAt = since;
        return site.Store.TryAppend(site.State, out var problem) ? new AdoptionReply(text) : new AdoptionReply("", Problem: problem);
    }
}
