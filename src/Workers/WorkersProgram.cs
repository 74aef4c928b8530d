using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.ComponentModel;
using System.Diagnostics;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Workers.Failures;
using Athena.Workers.Metrics;
using Athena.Workers.People;
using Athena.Workers.Setup;

namespace Athena.Workers;

/// <summary>
/// <c>athena-workers</c> by its own name: brings a fresh host to work (<c>setup</c>), speaks for all daemons that are installed
/// (<c>status</c>, <c>check</c>, <c>logs</c>, <c>report</c>, <c>person</c>, <c>metrics</c>, <c>audit-database</c>), tries whether this
/// machine has what they need (<c>selftest</c>), and tells our people of one that failed, called by systemd.
/// </summary>
/// <param name="daemons">Those that this program can be.</param>
internal sealed class WorkersProgram(IReadOnlyList<DaemonProgram> daemons)
{
    private static readonly WorkerIdentity Identity = new(
        "athena-workers", "runtime",
        "Athena Workers: the daemons that watch over a Grafana. This command speaks for all that are installed here.");

    private readonly InstalledDaemons installed = new([.. daemons.Select(daemon => daemon.Name)], withPage: false);

    /// <summary>The page of decisions as well: how it is concerns whoever looks, though it guards nothing.</summary>
    private readonly InstalledDaemons shown = new([.. daemons.Select(daemon => daemon.Name)], withPage: true);

    public Task<int> InvokeAsync(string[] args, TextWriter? output = null, TextWriter? error = null) =>
        Invocation.RunAsync(BuildRoot, args, output, error);

    private RootCommand BuildRoot()
    {
        var root = new RootCommand(Identity.Summary) { HelpName = Identity.Daemon };
        foreach (var option in root.Options)
        {
            if (option is VersionOption version) version.Action = new PrintVersion(Identity);
            if (option is HelpOption { Action: HelpAction help }) option.Action = new HelpWithDaemons(help, daemons);
        }

        var status = Overall("status", "How each is, in one table: exit code 0 when all are well.", Overview.StatusAsync);
        var posture = new Option<bool>("--posture")
        {
            Description = "Also show Grafana's own settings on which it depends how well it is locked (by grafana-auto-disable).",
        };
        var check = Overall(
            "check", "Tests each thing that each of them needs: exit code 0, 1 failed, 2 warnings.", Overview.CheckAsync, posture);
        var logs = new Command("logs",
            "What all of them said, in the order of time: journalctl with their units and your options (-f, -x, -n 50, --since today).");
        var given = new Argument<string[]>("options")
        {
            Description = "Options of journalctl, see journalctl(1).",
            Arity = ArgumentArity.ZeroOrMore,
        };
        logs.Arguments.Add(given);
        logs.SetAction((parse, _) => shown.ShowJournalAsync(parse.GetValue(given) ?? []));
        var selftest = new Command("selftest",
            "Tries on this machine what the daemons need of it, beside what is in force and without touching it; for root, five minutes "
            + "at most.");
        var standIn = new NamedArgument("stand-in", "./athena-sandbox")
        {
            Description = "The program that plays Grafana meanwhile: artifacts/contract/athena-sandbox, made by make contract.",
        };
        selftest.Arguments.Add(standIn);
        selftest.SetAction((parse, _) => InstalledDaemons.TryMachineAsync(parse.GetRequiredValue(standIn)));
        var setup = SetupOptions.Command((options, output, cancel) => new SetupCommand(
            installed,
            new SetupScreen(
                options.Person(Terminal.Of(output, isJson: false)), (question, token) => SecretPrompt.ReadAsync(question, output, token),
                TimeProvider.System, output),
            SettingsOf, new SetupHost(Environment.IsPrivilegedProcess, shown.Names.Contains(PageUnits.Page), Systemctl.IsInForce),
            ServerAdmins.ReadAsync, new SetupTrials(SettingsOf, TimeProvider.System).TryAsync, TimeProvider.System, output)
                .RunAsync(options, cancel));
        var person = PersonOptions.Command((options, streams, cancel) => new PersonOverview(
            installed, Terminal.Of(streams.Output, isJson: false), Environment.IsPrivilegedProcess, "/var/backups", streams.Output,
            streams.Error).RunAsync(options, cancel));
        var metrics = MetricOptions.Command(installed.Names);
        var database = new AuditDatabaseCommand(installed, name => SettingsSource.ForProcess(name), SecretPrompt.ReadAsync).Command();
        var report = new KeyFigures(installed, name => SettingsSource.ForProcess(name), TimeProvider.System).Command();
        foreach (var command in (Command[])[setup, status, check, logs, report, person, metrics, database, selftest, .. ForSystemd()])
            root.Subcommands.Add(command);
        return root;
    }

    /// <summary>The page goes by its own file alone.</summary>
    private static SettingsSource SettingsOf(string name) => SettingsSource.ForProcess(name, withShared: name != PageUnits.Page);

    /// <summary>A command that each daemon has, for all of them.</summary>
    /// <param name="posture">An option that one of them alone has.</param>
    private Command Overall(
        string name, string help, Func<IDaemons, bool, TextWriter, CancellationToken, Task<int>> show, Option<bool>? posture = null)
    {
        var output = new Option<string>("--output", "-o") { Description = "text, json or nagios.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json", PluginLine.Output);
        var command = new Command(name, help);
        command.Options.Add(output);
        if (posture is not null) command.Options.Add(posture);
        command.SetAction((parse, cancel) =>
        {
            IDaemons asked = posture is not null && parse.GetValue(posture)
                ? new DaemonsWithOption(shown, Athena.AutoDisable.Identity.Worker.Daemon, posture.Name)
                : shown;
            return parse.GetValue(output) == PluginLine.Output
                ? Overview.AsPluginAsync(asked, name, parse.InvocationConfiguration.Output, cancel)
                : show(asked, parse.GetValue(output) == "json", parse.InvocationConfiguration.Output, cancel);
        });
        return command;
    }

    /// <summary>Not for people; the packages and units call them.</summary>
    private static IEnumerable<Command> ForSystemd()
    {
        var daemon = new Argument<string>("daemon");
        var notes = new Argument<string>("notes");
        yield return Tell("failed", [daemon], parse => (name, source) => FailureCommand.Failed(name, source));
        yield return Tell("crashing", [daemon, notes], parse => (name, source) =>
            FailureCommand.Crashing(name, parse.GetRequiredValue(notes), source));
        yield return Tell("holds", [daemon, notes], parse => (name, source) =>
            FailureCommand.Holds(name, parse.GetRequiredValue(notes), source));

        var catalogue = new Command("catalogue");
        catalogue.SetAction(parse =>
            parse.InvocationConfiguration.Output.Write(new EventCatalogue(FailureEvents.All).WriteJournalCatalogue()));
        var print = new Command("print") { Hidden = true };
        print.Subcommands.Add(catalogue);
        yield return print;

        Command Tell(string name, Argument<string>[] arguments, Func<ParseResult, Func<string, SettingsSource, Telling?>> telling)
        {
            var command = new Command(name) { Hidden = true };
            foreach (var argument in arguments) command.Arguments.Add(argument);
            command.SetAction((parse, cancel) => FailureCommand.RunAsync(Identity, parse.GetRequiredValue(daemon), telling(parse), cancel));
            return command;
        }
    }

    private sealed class HelpWithDaemons(HelpAction help, IReadOnlyList<DaemonProgram> daemons) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
            {
                var writer = parseResult.InvocationConfiguration.Output;
                writer.WriteLine("Daemons, each a command of its own as well:");
                foreach (var daemon in daemons) writer.WriteLine($"  {daemon.Name,-22}{daemon.Summary}");
                writer.WriteLine("\nA fresh host: sudo athena-workers setup. What is set only root may read: most commands need sudo.");
                writer.WriteLine("Every command and exit code: man athena-workers");
            }

            return code;
        }
    }
}

/// <inheritdoc/>
/// <param name="known">Those that there are; a package of each brings a link of its name beside this program.</param>
/// <param name="withPage">Also the page of decisions, which is a program of its own and no daemon that guards.</param>
internal sealed class InstalledDaemons(IReadOnlyList<string> known, bool withPage) : IDaemons
{
    /// <summary>A check waits for its turn and then for the slowest peer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public IReadOnlyList<string> Names { get; } =
        [.. known.Concat(withPage ? [PageUnits.Page] : []).Where(name => File.Exists(Path.Combine(OwnProgram.Folder, name)))];

    public Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
        Tool.RunAsync(new ProcessStartInfo(Program(daemon), [.. Words(daemon), .. arguments]), Patience, cancel);

    public Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
        RunHereAsync(Program(daemon), [.. Words(daemon), .. arguments]);

    /// <summary>Shows their journal to whoever types, until they have seen enough of it.</summary>
    /// <param name="options">Of journalctl(1).</param>
    /// <returns>journalctl's exit code.</returns>
    public Task<int> ShowJournalAsync(IReadOnlyList<string> options) =>
        RunHereAsync("journalctl", [.. Names.SelectMany(UnitsOf).SelectMany(unit => (string[])["-u", unit]), .. options]);

    /// <summary>Tries whether the daemons would work on this machine; the script of the packages says what is tried.</summary>
    /// <param name="standIn">The program that plays Grafana.</param>
    /// <returns>0 when all that was tried holds.</returns>
    public static Task<int> TryMachineAsync(string standIn) => RunHereAsync(Path.Combine(OwnProgram.Folder, "selftest"), [standIn]);

    /// <summary>What happens before a page is asked for is said of its socket.</summary>
    private static string[] UnitsOf(string name) => name == PageUnits.Page ? [name, $"{name}.socket"] : [name];

    private static string Program(string name) =>
        name == PageUnits.Page ? Path.Combine(OwnProgram.Folder, name) : OwnProgram.Command[0];

    private static IEnumerable<string> Words(string name) => name == PageUnits.Page ? [] : OwnProgram.Command.Skip(1).Append(name);

    /// <summary>With our terminal: it pages and colours as ever, and Ctrl-C reaches it by itself.</summary>
    private static async Task<int> RunHereAsync(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return process.ExitCode;
        }
        catch (Win32Exception e)
        {
            await Console.Error.WriteLineAsync($"athena-workers: {program} cannot be run: {e.Message}").ConfigureAwait(false);
            return ExitCode.Fault;
        }
    }
}
