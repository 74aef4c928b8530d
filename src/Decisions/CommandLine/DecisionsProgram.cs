using System.CommandLine;
using Athena.Common.Checks;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Decisions.Desk;
using Athena.Decisions.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions.CommandLine;

/// <summary>The command line: <c>run</c>, <c>status</c>, <c>check</c>, <c>print</c>.</summary>
internal sealed class DecisionsProgram
{
    private static readonly WorkerIdentity Program = Identity.Worker;

    /// <summary>Where the settings come from; another place for tests.</summary>
    public Func<string, SettingsSource> Source { get; init; } = DecisionsSettings.Source;

    /// <summary>Asks systemd how the units are; null where it does not run.</summary>
    public Func<CancellationToken, Task<PageUnits?>> Units { get; init; } = PageUnits.ReadAsync;

    public Task<int> InvokeAsync(string[] args, TextWriter? output = null, TextWriter? error = null) =>
        Invocation.RunAsync(BuildRoot, args, output, error);

    private RootCommand BuildRoot()
    {
        var root = new RootCommand(Program.Summary) { HelpName = Program.Daemon };
        foreach (var option in root.Options.OfType<VersionOption>()) option.Action = new PrintVersion(Program);

        var run = new Command("run", "Answers until it is stopped; the unit starts it.");
        run.SetAction((parse, cancel) => CommandGuard.RunAsync(Program, parse, () => RunAsync(cancel), cancel));
        var show = new Option<bool>("--show") { Description = "Show each setting with its value and where it comes from." };
        var json = new Option<string>("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        json.AcceptOnlyFromAmong("text", "json");
        var check = new Command("check", "Looks at the settings, and asks grafana-auto-disable: exit code 0, 1 failed, 2 warnings.");
        check.Options.Add(show);
        check.Options.Add(json);
        check.SetAction((parse, cancel) => CommandGuard.RunAsync(
            Program, parse,
            () => CheckAsync(parse.GetValue(show), parse.GetValue(json) == "json", parse.InvocationConfiguration.Output, cancel), cancel));
        var kind = new Option<string>("--output", "-o") { Description = "text, json or nagios.", DefaultValueFactory = _ => "text" };
        kind.AcceptOnlyFromAmong("text", "json", PluginLine.Output);
        var status = new Command("status", "How it is: exit code 0 when it is well, or when nobody uses it.");
        status.Options.Add(kind);
        status.SetAction((parse, cancel) => parse.GetValue(kind) == PluginLine.Output
            ? PluginLine.RunAsync(Program.Daemon, parse, () => TellAsync(parse, isJson: true, cancel))
            : TellAsync(parse, parse.GetValue(kind) == "json", cancel));
        var print = PrintCommand.Make(Program, DecisionsSettings.Read, () => Identity.Catalogue, isDaemon: false);
        foreach (var command in (Command[])[run, status, check, print]) root.Subcommands.Add(command);
        ArgumentRules.ForbidEmpty(root);
        return root;
    }

    private async Task<int> RunAsync(CancellationToken cancel)
    {
        var notify = SdNotify.FromEnvironment();
        var reader = Reader(out var settings);
        using var logging = WorkerLogging.Create(Program, settings.LogLevel, settings.TenantId);
        if (!WorkerHost.TellOfSettings(reader, logging.CreateLogger(Program.Component), Program)) return ExitCode.Configuration;
        return await WorkerHost.RunAsync(
            Program, logging, services => Compose(services, settings, PassedSockets.FromEnvironment()), notify,
            WatchdogSetting.FromEnvironment(), TimeProvider.System, cancel).ConfigureAwait(false);
    }

    /// <param name="headerPatience">See <see cref="DecisionServer.HeaderPatience"/>.</param>
    /// <exception cref="ConfigurationException">A socket that systemd handed over does not fit to the settings.</exception>
    internal static void Compose(
        IServiceCollection services, DecisionsSettings settings, IReadOnlyList<PassedSocket> passed, TimeSpan? headerPatience = null)
    {
        if (settings.Identity.NeedsUnixSocket() && passed.FirstOrDefault(socket => socket.Address.Path is null) is { } port)
            throw new ConfigurationException(
                $"DECISION_IDENTITY=oauth2-proxy is believed on a unix socket alone, and the socket unit listens at {port.Address}: set "
                + $"ListenStream= there to a path (sudo systemctl edit {Program.Daemon}.socket).");
        services.AddSingleton(provider => new DeskClient(
                settings.Desk, provider.GetRequiredService<ILogger<DeskClient>>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<Crowd>()
            .AddSingleton(provider => new DecisionSite(
                provider.GetRequiredService<DeskClient>(), provider.GetRequiredService<Crowd>(), settings.Identity,
                provider.GetRequiredService<ILogger<DecisionSite>>()))
            .AddSingleton(provider => new DecisionServer(
                settings.Listen, passed, provider.GetRequiredService<DecisionSite>().AnswerAsync,
                provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<ServiceStatus>(),
                provider.GetRequiredService<Heartbeat>(), provider.GetRequiredService<TimeProvider>())
            {
                HeaderPatience = headerPatience ?? DecisionServer.UsualHeaderPatience,
            })
            .AddHostedService(provider => provider.GetRequiredService<DecisionServer>());
    }

    private async Task<int> CheckAsync(bool show, bool isJson, TextWriter output, CancellationToken cancel)
    {
        var reader = Reader(out var settings);
        if (reader.Source.Refused is { } file) throw new NotPermittedException(file);
        var report = new CheckReport();
        SettingsCheck.RunOnFiles(reader, report);
        SettingsCheck.Run(reader, report, Program);
        if (reader.Problems.Count == 0)
        {
            var isInUse = await Units(cancel).ConfigureAwait(false) is not { IsInUse: false };
            await DeskCheck.RunAsync(settings.Desk, isInUse, report, TimeProvider.System, cancel).ConfigureAwait(false);
        }

        report.Ok($"{Program.Daemon} {WorkerIdentity.ShortVersion} with its own {WorkerIdentity.Runtime}");
        if (show && !isJson) await output.WriteAsync(SettingsCheck.Show(reader)).ConfigureAwait(false);
        var colour = !Console.IsOutputRedirected && string.IsNullOrEmpty(reader.Source.Environmental("NO_COLOR"));
        await VisibleWriter.Unfiltered(output).WriteAsync(isJson ? report.ToJson() + "\n" : report.ToText(colour)).ConfigureAwait(false);
        return report.ExitCode;
    }

    private Task<int> TellAsync(ParseResult parse, bool isJson, CancellationToken cancel) =>
        CommandGuard.RunAsync(Program, parse, () => StatusAsync(parse.InvocationConfiguration.Output, isJson, cancel), cancel);

    private async Task<int> StatusAsync(TextWriter output, bool isJson, CancellationToken cancel)
    {
        var reader = Reader(out var settings);
        if (reader.Source.Refused is { } file) throw new NotPermittedException(file);
        var fault = await DeskCheck.FaultAsync(settings.Desk, TimeProvider.System, cancel).ConfigureAwait(false);
        var status = PageStatus.Of(await Units(cancel).ConfigureAwait(false), fault?.What);
        await VisibleWriter.Unfiltered(output).WriteAsync(isJson ? status.ToJson() + "\n" : status.ToText()).ConfigureAwait(false);
        return status.Code;
    }

    private SettingsReader Reader(out DecisionsSettings settings)
    {
        var reader = new SettingsReader(Source(Program.Daemon));
        settings = DecisionsSettings.Read(reader);
        return reader;
    }
}
