using Athena.ActiveUsers.Access;
using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Copies;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Usage;
using Athena.Common.Kpis;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers;

/// <summary>
/// What the daemon stands on, opened once for a run: the lock on the state directory, the state, the audit, Grafana and the outbox.
/// </summary>
internal sealed class ActiveUsersSite : DaemonSite<ActiveUsersSettings>
{
    private ActiveUsersSite(WorkerContext<ActiveUsersSettings> context, StateLock taken)
        : base(context, context.Settings.Grafana, taken, PulseNotes.Of)
    {
        var settings = context.Settings;
        var dry = context.Common.DryRun ? new DryRun(context.Logging.CreateLogger<DryRun>()) : null;
        var eventRecorder = new EventRecorder(
            (IAuditLog?)dry ?? Audit, IsAudited, context.Logging.CreateLogger<EventRecorder>(), Counters = new PulseCounters(Metrics));
        var store = ActiveUsersState.In(StateFolder);
        var state = Load(store);
        Memory = new ActiveUsersMemory(state, dry is null ? store : new DryStateStore<ActiveUsersState>(store));
        Memory.HasMoved += eventRecorder.ChatMoved;
        var ways = Ways.Open(
            StateFolder, dry is null ? settings.Channel(context.Time, Memory) : new TelegramChannel(dry), settings.Others(context.Time),
            Memory, eventRecorder, context.Time, Random.Shared.NextDouble, dry is null ? null : dry.WouldSend);
        Outbox = ways.Outbox;
        Board = settings.Alertmanager is { } alertmanager && dry is null ? new AlertBoard(alertmanager, context.Time) : null;
        Totals = new TotalsBook(StateFolder, context.Time);
        var grafanaDirectory = new GrafanaDirectory(settings.Grafana.IsAnonymous ? null : Client, Door, context.Time)
        {
            Clock = context.Zone,
            Organisations = JoinsOrganisations ? Organisations(Audit) : null,
        };
        var copies = new CopyLook(settings.Log, Copies(), () => grafanaDirectory.OwnId, context.Time);
        Figures = dry is null
            ? new ServerFigures(PoolAsync, settings.Grafana.IsAnonymous ? null : Client.StatisticsAsync, context.Time)
            : null;
        if (!settings.Grafana.IsAnonymous && !settings.DataSources.IsNone)
            DataSources = new DataSourceWatch(
                Client, Client, settings.DataSources, () => Parts!.Glance.Look is { Verdict: HealthVerdict.Up }, context.Time);
        if (settings.Backups is { } backups) Backups = new BackupWatch(backups.Look, context.Time);
        var book = new AccessBook(StateFolder, context.Common.AuditKeep, context.Time);
        var sensitive = settings.SensitiveMail is { } mail
            ? new SensitiveNotifier(
                mail, book, key => IsAudited(key, EventRecorder.MailEvent), Outbox, Memory, settings.Wording.Zone, context.Time)
            : null;
        Parts = ActiveUsersParts.Build(
            new LogWindows(settings.Log), grafanaDirectory, Memory, ways,
            dry is null ? Totals : null, eventRecorder, settings.Options, context.Time,
            new Surroundings(copies, () => Listener, DataSources, Backups),
            dry is null
                ? new KpiNotifier(
                    settings.KpiMail, OwnKpis, context.KpisOf, key => IsAudited(key, EventRecorder.MailEvent), Outbox, Memory,
                    settings.Wording.Zone, context.Time)
                : null,
            Figures,
            Board,
            dry is null ? new AccessKeeper(book, eventRecorder, sensitive) : null);
    }

    public PulseCounters Counters { get; }

    public ActiveUsersMemory Memory { get; }

    public Outbox Outbox { get; }

    /// <summary>What Alertmanager is told of; null where it is told of nothing.</summary>
    public AlertBoard? Board { get; }

    public TotalsBook Totals { get; }

    /// <summary>What Grafana counts of itself; null in a dry run.</summary>
    public ServerFigures? Figures { get; }

    public ActiveUsersParts Parts { get; }

    /// <summary>Null where none is looked at.</summary>
    public DataSourceWatch? DataSources { get; }

    /// <summary>Null where none are watched.</summary>
    public BackupWatch? Backups { get; }

    /// <summary>Takes the state directory. One writer: a second one is told who has it.</summary>
    /// <exception cref="ConfigurationException">The directory cannot be used, or the state cannot be read.</exception>
    /// <exception cref="IOException">Somebody else has it.</exception>
    public static ActiveUsersSite Open(WorkerContext<ActiveUsersSettings> context) =>
        Open(context, taken => new ActiveUsersSite(context, taken));

    /// <summary>The same for the daemon, which waits for a command of the same moment.</summary>
    /// <inheritdoc cref="Open(WorkerContext{ActiveUsersSettings})"/>
    public static Task<ActiveUsersSite> OpenAsync(WorkerContext<ActiveUsersSettings> context, CancellationToken cancel) =>
        OpenAsync(context, taken => new ActiveUsersSite(context, taken), cancel);

    protected override ValueTask CloseAsync()
    {
        Board?.Dispose();
        return Outbox.DisposeAsync();
    }

    private KpiPart OwnKpis(Window span) => new(
        1, Identity.Worker.Daemon, span.From, span.To, Context.Time.GetUtcNow(), ReportCommand.Kpis(Context, span));

    private bool IsAudited(string key, string name) => AuditReader.Read(AuditOptions, key).Any(record => record.Event == name);

    private ActiveUsersState Load(IStateStore<ActiveUsersState> store)
    {
        switch (store.Load())
        {
            case StateLoad<ActiveUsersState>.Loaded loaded:
                return loaded.Value;
            case StateLoad<ActiveUsersState>.LoadedPrevious previous:
                Context.Logging.CreateLogger<ActiveUsersSite>().Event(ActiveUsersEvents.StateTrouble, previous.Why);
                return previous.Value;
            case StateLoad<ActiveUsersState>.Unreadable unreadable:
                throw new ConfigurationException(
                    $"{unreadable.Why} Without the state the same pulse could be sent twice. It holds no more than that and what is wrong "
                    + "now: to begin afresh, move it away.");
            default:
                return new ActiveUsersState();
        }
    }
}

/// <summary>The parts of the daemon, put together the same way for the process and its simulation.</summary>
internal sealed record ActiveUsersParts(
    ActiveUsersCycle Cycle, HealthTick Glance, AlertNotifier Alerts, GrafanaDirectory Platform)
{
    /// <param name="totals">Null keeps none (dry run).</param>
    public static ActiveUsersParts Build(
        ILogWindows log, GrafanaDirectory grafanaDirectory, ActiveUsersMemory memory, Ways ways, TotalsBook? totals,
        EventRecorder eventRecorder, ActiveUsersOptions options, TimeProvider time,
        Surroundings? surroundings = null, KpiNotifier? kpis = null, ServerFigures? figures = null, AlertBoard? board = null,
        AccessKeeper? access = null)
    {
        var reader = new WindowReader(log, grafanaDirectory, options);
        var healthTick = new HealthTick(grafanaDirectory, reader, memory, options, time);
        var alerts = new AlertNotifier(
            memory, ways.Told, new AlertMessages(options.Wording, options.AlertMail), eventRecorder, options.Limits, time,
            board);
        return new ActiveUsersParts(
            new ActiveUsersCycle(
                new ActiveUsersSources(grafanaDirectory, reader, healthTick, surroundings) { Figures = figures, Access = access },
                alerts,
                ways.Chat,
                memory,
                totals,
                eventRecorder,
                options,
                time,
                kpis),
            healthTick,
            alerts,
            grafanaDirectory);
    }
}
