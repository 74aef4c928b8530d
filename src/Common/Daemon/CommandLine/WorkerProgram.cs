using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Athena.Common.Checks;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Daemon.Units;
using Athena.Common.Files;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.Telemetry;
using Athena.Common.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// A daemon's command line: <c>run once check status audit-verify</c> and what the daemon adds. <c>Program.cs</c> composes one and returns
/// <see cref="InvokeAsync"/>; faults become exit codes here and nowhere else.
/// </summary>
/// <param name="identity">Who the daemon is.</param>
/// <param name="readSettings">Reads all settings of the daemon beside <see cref="CommonSettings"/>; must not throw for faulty ones.</param>
public sealed class WorkerProgram<TSettings>(WorkerIdentity identity, Func<SettingsReader, TSettings> readSettings)
{
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(10);

    private readonly Option<string> output = new("--output", "-o") { DefaultValueFactory = _ => "text" };
    private readonly Option<bool> dryRun = new("--dry-run")
    {
        Description = "Say what would be done, but do and write nothing (DRY_RUN=yes).",
    };
    private readonly Option<bool> forTakeOver = new("--for-take-over") { Hidden = true };
    private readonly Option<bool> inSetup = new("--in-setup") { Hidden = true };
    private readonly Option<bool> alive = new("--alive") { Description = "Only whether its main loop goes round, for a liveness probe." };
    private readonly Option<bool> inUnit = new(ServiceCheck.Marker) { Hidden = true };
    private readonly Option<bool> show = new("--show")
    {
        Description = "Show each setting with its value, secrets hidden, and where it comes from.",
    };
    private readonly List<Command> commands = [];
    private readonly Dictionary<string, string> earlierNames = [];

    /// <summary>Adds the daemon's services for <c>run</c>.</summary>
    public required Action<IServiceCollection, WorkerContext<TSettings>> Compose { get; init; }

    /// <summary>One pass, then the end; a <see cref="Settings.ExitCode"/>.</summary>
    public required Func<WorkerContext<TSettings>, ParseResult, CancellationToken, Task<int>> Once { get; init; }

    /// <summary>Whether <c>once</c> reads and writes the state directory.</summary>
    public ActsAs OnceActsAs { get; init; } = ActsAs.Owner;

    /// <summary>Options of <c>once</c> that only this daemon has.</summary>
    public IReadOnlyList<Option> OnceOptions { get; init; } = [];

    /// <summary>What <c>once</c> is for; of one daemon it is harmless, of another it locks people.</summary>
    public string OnceHelp { get; init; } = "Makes one pass and ends.";

    /// <summary>What <c>--output</c> may be beside text and json, and for which commands.</summary>
    public IReadOnlyDictionary<string, string[]> OtherOutputs { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Tests each thing the daemon needs; the settings have been looked at before, and are sound when this is called.</summary>
    public required Func<WorkerContext<TSettings>, ParseResult, CheckReport, CancellationToken, Task> Check { get; init; }

    /// <summary>Options of <c>check</c> that only this daemon has.</summary>
    public IReadOnlyList<Option> CheckOptions { get; init; } = [];

    /// <summary>Lines below the help: a command and what it does.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>The kinds of events that the daemon logs, for <c>print catalogue</c>.</summary>
    public Func<EventCatalogue> Catalogue { get; init; } = () => new EventCatalogue();

    /// <summary>What <c>backup</c>, <c>restore</c> and <c>person</c> are about; null has none of them.</summary>
    public BackupSource<TSettings>? Memory { get; init; }

    /// <summary>What <c>kpi</c> tells; null has none.</summary>
    public KpiSource<TSettings>? Kpis { get; init; }

    /// <summary>
    /// Holds what the daemon keeps beside its audit against it: each problem a sentence. Null where there is no such thing.
    /// </summary>
    public Func<AuditOptions, TimeProvider, IEnumerable<AuditRecord>, IReadOnlyList<string>>? BesideAudit { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the settings come from; another place for tests.</summary>
    public Func<string, SettingsSource> Source { get; init; } = SettingsSource.ForProcess;

    /// <summary>Adds a command of the daemon; arguments and options are added to what is given back.</summary>
    public Command Add(
        string name,
        string help,
        Func<WorkerContext<TSettings>, ParseResult, CancellationToken, Task<int>> act,
        ActsAs actsAs = ActsAs.Owner)
    {
        var command = Make(name, help, act, actsAs);
        commands.Add(command);
        return command;
    }

    /// <summary>The word by which a command went before, in scripts and in people's hands: understood, and shown nowhere.</summary>
    public void WasCalled(string before, Command command) => earlierNames[before] = command.Name;

    /// <summary>Runs one command. Stops on SIGTERM and SIGINT.</summary>
    public async Task<int> InvokeAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        // This program reads journals in a process of its own, without settings and signals.
        if (JournalChild.IsMeant(args))
        {
            using var stream = Console.OpenStandardOutput();
            return JournalChild.Run(args, stream);
        }

        int word = Array.FindIndex(args, argument => !argument.StartsWith('-'));
        if (word >= 0 && earlierNames.TryGetValue(args[word], out var name)) args = [.. args[..word], name, .. args[(word + 1)..]];
        return await Invocation.RunAsync(BuildRoot, args, output, error).ConfigureAwait(false);
    }

    private RootCommand BuildRoot()
    {
        var root = new RootCommand(identity.Summary) { HelpName = identity.Daemon };
        var others = new Dictionary<string, string[]>(OtherOutputs) { [PluginLine.Output] = PluginLine.Commands };
        output.Description = "text or json; "
            + $"{string.Join("; ", others.Select(other => $"{other.Key} for {string.Join(", ", other.Value)}"))}.";
        output.CompletionSources.Add(["text", "json", .. others.Keys]);
        output.Recursive = true;
        root.Options.Add(output);
        foreach (var option in root.Options)
        {
            if (option is VersionOption version)
                version.Action = new PrintVersion(identity);
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new HelpWithExamples(help, identity.Daemon, Examples);
        }

        var run = Make("run", "Runs the daemon until it is stopped.", RunAsync);
        var once = Make("once", OnceHelp, Once, OnceActsAs);
        run.Options.Add(dryRun);
        once.Options.Add(dryRun);
        foreach (var option in OnceOptions)
            once.Options.Add(option);
        var check = Make("check", "Tests each thing that the daemon needs: exit code 0, 1 failed, 2 warnings.", CheckAsync, ActsAs.Caller);
        check.Options.Add(show);
        check.Options.Add(forTakeOver);
        check.Options.Add(inSetup);
        check.Options.Add(inUnit);
        foreach (var option in CheckOptions)
            check.Options.Add(option);

        var audit = new Command("audit", "The record of decisions.");
        audit.Subcommands.Add(Make(
            "verify", "Finds lines that were changed or are missing.",
            (context, _, _) => Task.FromResult(AuditCommand.Verify(context, BesideAudit))));
        audit.Subcommands.Add(Make(
            "export", "Writes the record without names, to be checked.", (context, _, _) => Task.FromResult(AuditCommand.Export(context))));
        audit.Subcommands.Add(Make(
            "compare",
            "Compares it with its copy in the database of AUDIT_DATABASE. For all daemons: athena-workers audit-database verify.",
            (context, _, cancel) => AuditCommand.CompareAsync(context, cancel)));
        var status = Make("status", "Asks the running daemon how it is.", StatusAsync, ActsAs.Asker);
        status.Options.Add(alive);
        foreach (var command in (IEnumerable<Command>)
        [
            run,
            once,
            check,
            status,
            .. commands,
            AccountCommands.Make<TSettings>((name, help, act) => Make(name, help, act, ActsAs.Caller)),
            .. MemoryCommands(),
            .. KpiCommands(),
            audit,
            PrintCommand.Make(identity, readSettings, Catalogue),
        ])
            root.Subcommands.Add(command);
        ArgumentRules.ForbidEmpty(root);
        foreach (var command in root.Subcommands)
            command.Only(output, ["text", "json", .. others.Keys.Where(name => others[name].Contains(command.Name))]);
        return root;
    }

    private IEnumerable<Command> MemoryCommands()
    {
        if (Memory is not { } memory) yield break;
        var backup = Make(
            "backup", "Writes state, audit, waiting mails and settings without secrets into one file, also while the daemon runs.",
            (context, parse, cancel) => BackupCommand.RunAsync(context, memory.Parts, parse, cancel), ActsAs.Caller);
        backup.Arguments.Add(BackupCommand.File);
        backup.Options.Add(BackupCommand.CalledByRoot);
        var rehearse = Make(
            "rehearse", "Puts a backup into a folder that is thrown away, says what is in it, and changes nothing.",
            (context, parse, cancel) => RehearseCommand.RunAsync(context, memory, parse, cancel), ActsAs.Caller);
        rehearse.Arguments.Add(RehearseCommand.File);
        backup.Subcommands.Add(rehearse);
        yield return backup;

        var restore = Make(
            "restore",
            "Puts a backup in the place of what the stopped daemon remembers.",
            (context, parse, cancel) => RestoreCommand.RunAsync(context, memory, parse, cancel),
            ActsAs.Caller);
        restore.Arguments.Add(RestoreCommand.File);
        foreach (var option in (IEnumerable<Option>)[RestoreCommand.Replace, .. memory.RestoreOptions, RestoreCommand.DamagedAudit])
            restore.Options.Add(option);
        yield return restore;

        var person = Make("person", "Shows what is kept of somebody; with --erase takes it out. For all daemons: athena-workers person.",
            (context, parse, cancel) => new PersonCommand(memory.Persons).RunAsync(context, parse, cancel));
        person.Arguments.Add(PersonCommand.Who);
        foreach (var option in (Option[])[PersonCommand.EraseThem, PersonCommand.DryRun, PersonCommand.Yes, PersonCommand.Known])
            person.Options.Add(option);
        foreach (var option in (Option[])[PersonCommand.DryRun, PersonCommand.Yes]) person.Needs(option, PersonCommand.EraseThem);
        yield return person;
    }

    private IEnumerable<Command> KpiCommands()
    {
        if (Kpis is not { } kpis) yield break;
        var command = Make(
            "kpi", "What this daemon knows of the key figures. Of all daemons, to print: athena-workers report.",
            (context, parse, _) => Task.FromResult(KpiCommand.Run(context, kpis, parse)));
        foreach (var option in (Option[])[KpiCommand.Last, KpiCommand.From, KpiCommand.To]) command.Options.Add(option);
        yield return command;
    }

    private Command Make(
        string name, string help, Func<WorkerContext<TSettings>, ParseResult, CancellationToken, Task<int>> act,
        ActsAs actsAs = ActsAs.Owner)
    {
        var command = new Command(name, help);
        command.SetAction((parse, cancel) => parse.GetValue(output) == PluginLine.Output
            ? PluginLine.RunAsync(identity.Daemon, parse, () => GuardAsync(parse, act, actsAs, cancel))
            : GuardAsync(parse, act, actsAs, cancel));
        return command;
    }

    private Task<int> GuardAsync(
        ParseResult parse, Func<WorkerContext<TSettings>, ParseResult, CancellationToken, Task<int>> act, ActsAs actsAs,
        CancellationToken cancel) => CommandGuard.RunAsync(identity, parse, async () =>
    {
        using var context = new WorkerContext<TSettings>(
            identity, readSettings, Source(identity.Daemon), parse.GetValue(dryRun), Kind(parse.GetValue(output)),
            parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error, Time);
        if (context.Source.Refused is { } file && !Privileges.AreRoots) throw new NotPermittedException(file);
        if (actsAs != ActsAs.Caller) context.BecomeOwner(toAsk: actsAs == ActsAs.Asker);
        return await act(context, parse, cancel).ConfigureAwait(false);
    }, cancel);

    /// <summary>A plugin's line is made of JSON.</summary>
    private static string Kind(string? output) => output is PluginLine.Output ? "json" : output ?? "text";

    private async Task<int> RunAsync(WorkerContext<TSettings> context, ParseResult parse, CancellationToken cancel)
    {
        var notify = SdNotify.FromEnvironment();
        var logger = context.Logging.CreateLogger(identity.Component);
        if (!WorkerHost.TellOfSettings(context.Reader, logger, identity)) return ExitCode.Configuration;
        return await WorkerHost.RunAsync(
            identity, context.Logging, services => ComposeAll(services, context), notify, WatchdogSetting.FromEnvironment(), Time, cancel)
                .ConfigureAwait(false);
    }

    private void ComposeAll(IServiceCollection services, WorkerContext<TSettings> context)
    {
        Compose(services, context);
        if (context.Common is { DryRun: false, Heartbeat: { } url })
            services.AddHostedService(provider => new OutsideHeartbeat(
                url, provider.GetRequiredService<ServiceStatus>(), provider.GetRequiredService<Heartbeat>(),
                context.Logging.CreateLogger<OutsideHeartbeat>(), Time));
    }

    private async Task<int> CheckAsync(WorkerContext<TSettings> context, ParseResult parse, CancellationToken cancel)
    {
        context.LogNothing();
        var report = new CheckReport { IsBeforeTakeOver = parse.GetValue(forTakeOver) || parse.GetValue(inSetup) };
        var isAsked = parse.GetValue(inUnit) || parse.GetValue(forTakeOver);
        // The command that asks tells it already.
        if (!isAsked)
            SettingsCheck.RunOnFiles(context.Reader, report);
        await ProgressLine.WhileAsync(context, "looking at each thing that it needs…", LookAnyhowAsync()).ConfigureAwait(false);
        if (!isAsked && !report.IsBeforeTakeOver) await SettingsInForce.TellAsync(context, report, cancel).ConfigureAwait(false);

        if (report.LookedAs is { } looked && !context.IsJson)
            await context.Out.WriteLineAsync(VisibleText.Escape(looked)).ConfigureAwait(false);
        if (parse.GetValue(show))
            await context.Out.WriteAsync(context.IsJson ? "" : SettingsCheck.Show(context.Reader)).ConfigureAwait(false);
        var colour = !Console.IsOutputRedirected && string.IsNullOrEmpty(context.Source.Environmental("NO_COLOR"));
        await VisibleWriter.Unfiltered(context.Out)
            .WriteAsync(ShownPaths.In(context.IsJson ? report.ToJson() + "\n" : report.ToText(colour))).ConfigureAwait(false);
        return report.ExitCode;

        async Task LookAnyhowAsync()
        {
            if (!isAsked && await LookAsServiceAsync(context, parse, report, cancel).ConfigureAwait(false)) return;
            context.BecomeOwner(); // Units are root's business; from here on it is the state's owner who looks.
            await LookAsync(context, parse, report, cancel).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(WorkerContext<TSettings> context, ParseResult parse, CheckReport report, CancellationToken cancel)
    {
        SettingsCheck.Run(context.Reader, report, identity);
        if (context.Reader.Problems.Count == 0)
            await Check(context, parse, report, cancel).ConfigureAwait(false);
        report.Ok($"{identity.Daemon} {WorkerIdentity.ShortVersion} with its own {WorkerIdentity.Runtime}");
    }

    /// <summary>False where the unit cannot be used; the report then says so in its first line.</summary>
    private async Task<bool> LookAsServiceAsync(
        WorkerContext<TSettings> context, ParseResult parse, CheckReport report, CancellationToken cancel)
    {
        var obstacle = ServiceCheck.Obstacle(identity.Daemon, context.Reader);
        if (obstacle is null)
        {
            var given = CheckOptions.Append(inSetup).Select(parse.GetResult).OfType<OptionResult>().Where(option => !option.Implicit)
                .SelectMany(option => option.Tokens.Select(token => token.Value).Prepend(option.Option.Name));
            try
            {
                foreach (var finding in await new ServiceCheck(identity.Daemon, Time).RunAsync([.. given], cancel).ConfigureAwait(false))
                    report.Take(finding);
                report.LookedAs = $"Looked as {identity.Daemon}.service does: with its user, groups, settings, credentials and sandbox.";
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                obstacle = $"its unit cannot be used: {e.Message.TrimEnd('.')}";
                report.Warn($"What is found here need not hold for the service: {obstacle}",
                    $"Look: systemd-analyze verify {identity.Daemon}.service");
            }
        }

        report.LookedAs = $"Looked as {Environment.UserName}, not as the service, because {obstacle}.";
        return false;
    }

    private async Task<int> StatusAsync(WorkerContext<TSettings> context, ParseResult parse, CancellationToken cancel)
    {
        var isAlive = parse.GetValue(alive);
        var question = new ControlRequest(isAlive ? ControlSocket.AliveCommand : "status");
        if (await context.AskAsync(question, StatusPatience, cancel).ConfigureAwait(false) is { } reply)
            return context.Print(isAlive ? reply : await SettingsInForce.AddToAsync(context, reply, cancel).ConfigureAwait(false));

        var words = NotRunning(identity.Daemon, Directory.Exists(context.Common.StateDirectory), File.Exists);
        return context.Print(new ControlReply(
            ExitCode.Fault, words, new JsonObject { ["running"] = false, ["state"] = words }.ToText()));
    }

    /// <summary>With the next step: a fresh host is set up; where a timer of before has our name, starting it would start that.</summary>
    internal static string NotRunning(string daemon, bool hasState, Func<string, bool> isThere) =>
        isThere($"/etc/systemd/system/{daemon}.timer")
            ? $"{daemon} is not running: {daemon}.timer in /etc/systemd/system is at work. To change that: sudo {daemon} activate"
            : !hasState ? $"{daemon} has not run here yet. To set it up: sudo {WorkerIdentity.Platform} setup"
            : $"{daemon} is not running. Why: journalctl -u {daemon} -n 20; what it lacks: sudo {daemon} check; to start it: sudo "
                + $"systemctl start {daemon}";

    /// <summary>The program's own help shows all examples, that of a command those of this command.</summary>
    private sealed class HelpWithExamples(HelpAction help, string daemon, IReadOnlyList<string> examples) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var command = parseResult.CommandResult.Command;
            var code = WithoutArgumentsOf(parseResult.CommandResult.Parent, () => help.Invoke(parseResult));
            var shown = command is RootCommand
                ? examples
                : [.. examples.Where(example => $" {example}".Contains($" {daemon} {command.Name} ", StringComparison.Ordinal))];
            if (shown.Count > 0)
            {
                var writer = parseResult.InvocationConfiguration.Output;
                writer.WriteLine("Examples:");
                foreach (var example in shown)
                    writer.WriteLine("  " + example);
            }

            if (command is RootCommand)
                parseResult.InvocationConfiguration.Output.WriteLine(
                    $"\nWhat is set stands in {SettingsPlace.Folder}/{daemon} and {SettingsPlace.Folder}/{WorkerIdentity.Platform}, which "
                    + $"only root may read: most commands need sudo.\nEvery command, setting and exit code: man {daemon}");
            return code;
        }

        /// <summary>What <c>backup</c> takes is no word of <c>backup rehearse</c>.</summary>
        private static int WithoutArgumentsOf(SymbolResult? above, Func<int> showHelp)
        {
            var arguments = (above as CommandResult)?.Command.Arguments.Where(argument => !argument.Hidden).ToList() ?? [];
            foreach (var argument in arguments) argument.Hidden = true;
            try
            {
                return showHelp();
            }
            finally
            {
                foreach (var argument in arguments) argument.Hidden = false;
            }
        }
    }
}
