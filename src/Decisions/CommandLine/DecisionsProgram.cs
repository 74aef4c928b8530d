using System.CommandLine;
using System.Net;
using Athena.Common.Checks;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Telemetry.Metrics;
using Athena.Common.Time;
using Athena.Decisions.Desk;
using Athena.Decisions.Web;
using Microsoft.AspNetCore.Http;
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
            Program, logging, services => Compose(services, settings, PassedSockets.FromEnvironment(settings.Metrics)), notify,
            WatchdogSetting.FromEnvironment(), TimeProvider.System, cancel).ConfigureAwait(false);
    }

    /// <param name="headerPatience">See <see cref="DecisionServer.HeaderPatience"/>.</param>
    /// <exception cref="ConfigurationException">A socket that systemd handed over does not fit to the settings.</exception>
    internal static void Compose(
        IServiceCollection services, DecisionsSettings settings, IReadOnlyList<PassedSocket> passed, TimeSpan? headerPatience = null)
    {
        if (settings.Listen is not null && settings.Identity.NeedsUnixSocket()
            && passed.FirstOrDefault(socket => socket.Address is { Path: null, Port: var end } && end?.Equals(settings.Metrics) != true)
                is { } port)
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
                settings.Listen, passed, settings.Listen is null ? NoPageAsync : provider.GetRequiredService<DecisionSite>().AnswerAsync,
                provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<ServiceStatus>(),
                provider.GetRequiredService<Heartbeat>(), provider.GetRequiredService<TimeProvider>())
            {
                HeaderPatience = headerPatience ?? DecisionServer.UsualHeaderPatience,
                Metrics = settings.Metrics is { } end
                    ? (end, MetricsOf(settings, provider.GetRequiredService<TimeProvider>()).AnswerAsync)
                    : null,
            })
            .AddHostedService(provider => provider.GetRequiredService<DecisionServer>());
    }

    private static MetricsSite MetricsOf(DecisionsSettings settings, TimeProvider time) =>
        new(settings.MetricsFolder, settings.TenantId, time);

    private static Task NoPageAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
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
            var units = await Units(cancel).ConfigureAwait(false);
            if (settings.Listen is null) report.Ok("There is no page: DECISION_LISTEN=no");
            else
                await DeskCheck.RunAsync(settings.Desk, units, report, TimeProvider.System, cancel).ConfigureAwait(false);
            if (settings.Metrics is not null) CheckMetrics(settings, units, report);
        }

        report.Ok($"{Program.Daemon} {WorkerIdentity.ShortVersion} with its own {WorkerIdentity.Runtime}");
        if (show && !isJson) await output.WriteAsync(SettingsCheck.Show(reader)).ConfigureAwait(false);
        var colour = !Console.IsOutputRedirected && string.IsNullOrEmpty(reader.Source.Environmental("NO_COLOR"));
        await VisibleWriter.Unfiltered(output).WriteAsync(isJson ? report.ToJson() + "\n" : report.ToText(colour)).ConfigureAwait(false);
        return report.ExitCode;
    }

    private static void CheckMetrics(DecisionsSettings settings, PageUnits? units, CheckReport report)
    {
        var end = settings.Metrics!.ToString();
        if (units is { IsInUse: true } && !units.Listens.Contains(end))
            report.Warn(
                $"METRICS_LISTEN is {end}, and the socket unit does not listen there",
                $"sudo systemctl edit {Program.Daemon}.socket: below [Socket] the line ListenStream={end}; then sudo systemctl restart "
                + $"{Program.Daemon}.socket");
        if (!IPAddress.IsLoopback(settings.Metrics.Address))
            report.Note($"Other hosts may ask for the metrics at {end}, without a password and unencrypted");
        var files = MetricsOf(settings, TimeProvider.System).Look(new MetricMerge());
        if (files.Count == 0)
            report.Warn($"No metrics lie in {settings.MetricsFolder}", "Does one of the daemons run? systemctl status 'grafana-*'");
        foreach (var (daemon, age, isServed) in files)
            if (isServed) report.Ok($"Metrics of {daemon}: written {Duration.Spoken(age)} ago, served at {end}");
            else
                report.Warn(
                    $"Metrics of {daemon}: written {Duration.Spoken(age)} ago, not served",
                    $"Is it stuck, or of another version? systemctl status {daemon}");
    }

    private Task<int> TellAsync(ParseResult parse, bool isJson, CancellationToken cancel) =>
        CommandGuard.RunAsync(Program, parse, () => StatusAsync(parse.InvocationConfiguration.Output, isJson, cancel), cancel);

    private async Task<int> StatusAsync(TextWriter output, bool isJson, CancellationToken cancel)
    {
        var reader = Reader(out var settings);
        if (reader.Source.Refused is { } file) throw new NotPermittedException(file);
        var units = await Units(cancel).ConfigureAwait(false);
        var status = settings.Listen is null
            ? PageStatus.WithoutPage(units, settings.Metrics?.ToString())
            : PageStatus.Of(
                units, (await DeskCheck.FaultAsync(settings.Desk, units, TimeProvider.System, cancel).ConfigureAwait(false))?.What);
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
