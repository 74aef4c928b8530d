using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Copies;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Usage;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Compliance.CommandLine;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.Notify;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.State;
using Athena.Compliance.Summaries;
using Athena.Compliance.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance;

/// <summary>
/// What the daemon stands on, opened once for a run: the lock on the state directory, the state, the evidence, the audit, the outbox with
/// its mail server, and Grafana.
/// </summary>
internal sealed class ComplianceSite : DaemonSite<ComplianceSettings>
{
    private readonly CopyLook copies;
    private readonly RingingTroubles ringing;
    private bool hasSecondCopy;

    private ComplianceSite(WorkerContext<ComplianceSettings> context, StateLock taken)
        : base(context, context.Settings.Grafana, taken, HourNotes.Of)
    {
        var settings = context.Settings;
        var dry = context.Common.DryRun ? new DryRun(context.Logging.CreateLogger<DryRun>()) : null;
        var audit = (IAuditLog?)dry ?? Audit;
        EventRecorder = new EventRecorder(
            audit, settings.Report.Zone, context.Logging.CreateLogger<EventRecorder>(), new HourCounters(Metrics));
        var channels = settings.Channels(context.Time);
        Outbox = Outbox.Open(StateFolder, channels, context.Time, Random.Shared.NextDouble, new UndeliveredReports(
            () => Outbox!, EventRecorder, settings.Report, context.Time));
        var files = ComplianceState.In(StateFolder);
        Store = dry is null ? files : new DryStateStore<ComplianceState>(files);
        State = Load(files);
        Book = new EvidenceStore(Path.Combine(StateFolder, EvidenceStore.FolderName));
        Platform = new GrafanaDirectory(settings.Grafana.IsAnonymous ? null : Client, Door, context.Time)
        {
            Clock = context.Zone,
            OwnId = State.OwnId,
            Organisations = JoinsOrganisations ? Organisations(audit) : null,
        };
        Examiner = new WindowEvaluator(
            new LogWindows(settings.Log), Platform, settings.Examining, () => State.Probes, () => Audit.Head, EventRecorder.UserDirectory,
            context.Time);
        IOutbox outbox = dry is null ? Outbox : new DryOutbox(channels, dry.WouldSend);
        Ledger = new HourProcessor(
            State, Store, Examiner, (IEvidenceStore?)dry ?? Book, new LetterWriter(settings.Report), outbox, audit, IsAudited,
            settings.Windows.ForLedger(settings.Log.Name), context.Time)
        {
            BeganAhead = EventRecorder.BeganAhead,
            StruckOut = EventRecorder.StruckOut,
            GrafanaClock = Clock = new GrafanaClock(
                new LogWindows(settings.Log),
                Platform,
                settings.Probe ? () => State.Probes : null,
                ProbeAsync,
                settings.Windows.Settle,
                context.Time),
        };
        copies = new CopyLook(settings.Log, Copies(), () => Platform.OwnId, context.Time);
        ringing = new RingingTroubles(settings.Report.Brand.Called);
        Board = settings.Alertmanager is { } alertmanager && dry is null ? new AlertBoard(alertmanager, context.Time) : null;
        Setup = new SetupNotifier(State, outbox, settings.Report, EventRecorder);
        Summaries = new SummaryNotifier(State, outbox, () => AuditReader.Read(AuditOptions), () => Audit.Head, settings, context.Time);
    }

    /// <summary>Who else works on this Grafana, and whoever listens in its place: sentences that stay the same while it is so.</summary>
    public IReadOnlyList<string> Surroundings(CancellationToken cancel)
    {
        var found = new List<string>();
        var copy = copies.Look(cancel);
        hasSecondCopy = copy is not null;
        if (copy is not null) found.Add(copy.Warning(Identity.Worker.Daemon));
        if (Listener.Kind is ListenerKind.Believed or ListenerKind.Refused) found.Add(Listener.Sentence);
        return found;
    }

    /// <summary>Puts down what Alertmanager is to ring for now.</summary>
    public void ShowTroubles(DateTimeOffset now) => Board?.Show(ringing.Of(
        new TroubleFacts(
            Ledger.Problem is not null,
            Outbox.Queues[0].Summary is { LastProblem: not null, OldestSince: { } oldest } && now - oldest >= ChannelSilence.Patience,
            hasSecondCopy,
            Listener.Kind),
        now));

    /// <summary>What Alertmanager is told of; null where it is told of nothing.</summary>
    public AlertBoard? Board { get; }

    public Outbox Outbox { get; }

    public EvidenceStore Book { get; }

    public EventRecorder EventRecorder { get; }

    public IStateStore<ComplianceState> Store { get; }

    public ComplianceState State { get; }

    public GrafanaDirectory Platform { get; }

    public WindowEvaluator Examiner { get; }

    public HourProcessor Ledger { get; }

    /// <summary>Grafana's clock, as the log tells it.</summary>
    public GrafanaClock Clock { get; }

    public SetupNotifier Setup { get; }

    public SummaryNotifier Summaries { get; }

    /// <summary>Takes the state directory. One writer: a second one is told who has it.</summary>
    /// <exception cref="ConfigurationException">The directory cannot be used, or the state cannot be read.</exception>
    /// <exception cref="IOException">Somebody else has it.</exception>
    public static ComplianceSite Open(WorkerContext<ComplianceSettings> context) =>
        Open(context, taken => new ComplianceSite(context, taken));

    /// <summary>The same for the daemon, which waits for a command of the same moment.</summary>
    /// <inheritdoc cref="Open(WorkerContext{ComplianceSettings})"/>
    public static Task<ComplianceSite> OpenAsync(WorkerContext<ComplianceSettings> context, CancellationToken cancel) =>
        OpenAsync(context, taken => new ComplianceSite(context, taken), cancel);

    protected override ValueTask CloseAsync()
    {
        Board?.Dispose();
        return Outbox.DisposeAsync();
    }

    /// <summary>
    /// Sends a sight probe. Its record is written with the next state: one that is forgotten is only a little less to judge by.
    /// </summary>
    public async Task ProbeAsync(CancellationToken cancel) =>
        State.Probes = State.Probes.With(await Platform.ProbeAsync(cancel).ConfigureAwait(false));

    private bool IsAudited(string id)
    {
        var verdicts = AuditReader.Read(AuditOptions, id)
            .Where(record => record.Event is HourProcessor.DecidedEvent or HourProcessor.VoidEvent);
        return verdicts.LastOrDefault()?.Event == HourProcessor.DecidedEvent;
    }

    private ComplianceState Load(IStateStore<ComplianceState> files)
    {
        var state = files.Load() switch
        {
            StateLoad<ComplianceState>.Loaded loaded => loaded.Value,
            StateLoad<ComplianceState>.LoadedPrevious previous => Recovered(previous),
            StateLoad<ComplianceState>.Unreadable unreadable => throw new ConfigurationException(
                $"{unreadable.Why} Without the state an hour could be reported twice. Restore it from a backup; or move it away, and set "
                + "REPORT_SINCE to the first hour that is not in the audit."),
            _ => new ComplianceState { Since = Context.Time.GetUtcNow() },
        };
        if (Context.Settings.Windows.Since is { } since) state.Since = since;
        return state;
    }

    private ComplianceState Recovered(StateLoad<ComplianceState>.LoadedPrevious previous)
    {
        EventRecorder.Trouble(previous.Why);
        return previous.Value;
    }
}
