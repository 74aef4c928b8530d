using Athena.Common.Activities;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana;
using Athena.Common.Grafana.Copies;
using Athena.Common.Grafana.Listener;
using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Sight;
using Athena.Common.State;
using Athena.Compliance.Evidence;
using Athena.Compliance.Examining;
using Athena.Compliance.Mails;
using Athena.Compliance.Notify;
using Athena.Compliance.Summaries;
using Athena.Compliance.Windows;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance;

/// <summary>
/// What the daemon stands on, opened once for a run: the lock on the state directory, the state, the evidence, the audit, the outbox with
/// its mail server, and Grafana.
/// </summary>
internal sealed class ComplianceSite : IAsyncDisposable
{
    private readonly WorkerContext<ComplianceSettings> context;
    private readonly StateLock stateLock;
    private readonly SmtpTransport transport;
    private readonly UndeliveredReports? undelivered;
    private readonly GrafanaClient grafana;
    private readonly GrafanaDoor door;
    private readonly CopyLook copies;

    private ComplianceSite(WorkerContext<ComplianceSettings> context, StateLock stateLock)
    {
        this.context = context;
        this.stateLock = stateLock;
        var settings = context.Settings;
        var directory = context.Common.StateDirectory;
        AuditOptions = new AuditOptions(directory, context.Common.AuditKeep, context.Common.VerdictKeep);
        Audit = AuditLog.Open(AuditOptions, context.Time, context.Logging.CreateLogger<AuditLog>());
        var dry = context.Common.DryRun ? new DryRun(context.Logging.CreateLogger<DryRun>()) : null;
        var audit = (IAuditLog?)dry ?? Audit;
        Chronicle = new Chronicle(audit, settings.Report.Zone, context.Logging.CreateLogger<Chronicle>());
        transport = new SmtpTransport(settings.Smtp, context.Time);
        Outbox = Outbox.Open(
            Path.Combine(directory, "outbox"), transport, context.Time, Random.Shared.NextDouble, Delivered, Chronicle.MailTrouble,
            silence: new ChannelSilence(UndeliveredReports.Counts, silence => undelivered?.Began(silence), silence => undelivered?.Over(silence), context.Time));
        undelivered = new UndeliveredReports(Outbox, settings.Report, context.Time);
        Access = settings.Grafana.ForHolder(directory, context.Time);
        grafana = new GrafanaClient(Access, context.Time);
        door = new GrafanaDoor(Access, context.Time);
        var files = new FileState<ComplianceState>(directory, ComplianceJson.Default.ComplianceState);
        Store = dry is null ? files : new DryStateStore<ComplianceState>(files);
        State = Load(files);
        Book = new EvidenceBook(Path.Combine(directory, EvidenceBook.FolderName));
        Platform = new Platform(settings.Grafana.IsAnonymous ? null : grafana, door, context.Time)
        {
            OwnId = State.OwnId,
            Organisations = settings.Grafana is { IsAnonymous: false, JoinsOrganisations: true } && dry is null
                ? new OrganisationWatch(grafana, grafana, settings.Grafana.RightsAdvice, audit, context.Logging.CreateLogger<OrganisationWatch>(), context.Time) : null,
        };
        Examiner = new Examiner(
            new LogWindows(settings.Log), Platform, settings.Examining, () => State.Probes, () => Audit.Head, Chronicle.Roster, context.Time);
        var outbox = (IOutbox?)dry ?? Outbox;
        Ledger = new Ledger(
            State, Store, Examiner, (IEvidenceBook?)dry ?? Book, new LetterWriter(settings.Report), outbox, audit, IsAudited,
            settings.Windows.ForLedger(settings.Log.Name), context.Time)
        {
            BeganAhead = Chronicle.BeganAhead,
            StruckOut = Chronicle.StruckOut,
            GrafanaClock = new GrafanaClock(new LogWindows(settings.Log), Platform, settings.Probe ? () => State.Probes : null, ProbeAsync, settings.Windows.Settle, context.Time),
        };
        copies = new CopyLook(settings.Log, new CopyWatch(Identity.Worker.Component, Access.Installation!.Id), () => Platform.OwnId, context.Time);
        Setup = new SetupDesk(State, outbox, settings.Report, Chronicle);
        Summaries = new SummaryDesk(State, outbox, () => AuditReader.Read(AuditOptions), () => Audit.Head, settings, context.Time);
    }

    public AuditOptions AuditOptions { get; }

    /// <summary>Where Grafana is, how we sign in, and which installation we are.</summary>
    public GrafanaClientOptions Access { get; }

    /// <summary>Who else works on this Grafana, and whoever listens in its place: sentences that stay the same while it is so.</summary>
    public IReadOnlyList<string> Surroundings(CancellationToken cancel)
    {
        var found = new List<string>();
        if (copies.Look(cancel) is { } copy) found.Add(copy.Warning(Identity.Worker.Daemon));
        if (grafana.Listener.Kind is ListenerKind.Believed or ListenerKind.Refused) found.Add(grafana.Listener.Sentence);
        return found;
    }

    public AuditLog Audit { get; }

    public Outbox Outbox { get; }

    public EvidenceBook Book { get; }

    public Chronicle Chronicle { get; }

    public IStateStore<ComplianceState> Store { get; }

    public ComplianceState State { get; }

    public Platform Platform { get; }

    public Examiner Examiner { get; }

    public Ledger Ledger { get; }

    public SetupDesk Setup { get; }

    public SummaryDesk Summaries { get; }

    public SignInState SignIn => grafana.SignIn;

    /// <summary>Takes the state directory. One writer: a second one is told who has it.</summary>
    /// <exception cref="ConfigurationException">The directory cannot be used, or the state cannot be read.</exception>
    /// <exception cref="IOException">Somebody else has it.</exception>
    public static ComplianceSite Open(WorkerContext<ComplianceSettings> context)
    {
        _ = context.Settings; // Faults of the settings come first.
        var taken = StateDirectory.Take(context.Common.StateDirectory, Identity.Worker.Daemon);
        try
        {
            return new ComplianceSite(context, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Outbox.Dispose();
        await transport.DisposeAsync().ConfigureAwait(false);
        door.Dispose();
        grafana.Dispose();
        Audit.Dispose();
        stateLock.Dispose();
    }

    private void Delivered(DeliveryReport report)
    {
        Chronicle.Delivery(report);
        undelivered?.Take(report);
    }

    /// <summary>Sends a sight probe. Its record is written with the next state: one that is forgotten is only a little less to judge by.</summary>
    public async Task ProbeAsync(CancellationToken cancel) =>
        State.Probes = State.Probes.With(await Platform.ProbeAsync(cancel).ConfigureAwait(false));

    private bool IsAudited(string id) => AuditReader.Read(AuditOptions, id).LastOrDefault(record => record.Event is Ledger.DecidedEvent or Ledger.VoidEvent)?.Event == Ledger.DecidedEvent;

    private ComplianceState Load(FileState<ComplianceState> files)
    {
        var state = files.Load() switch
        {
            StateLoad<ComplianceState>.Loaded loaded => loaded.Value,
            StateLoad<ComplianceState>.LoadedPrevious previous => Recovered(previous),
            StateLoad<ComplianceState>.Unreadable unreadable => throw new ConfigurationException(
                $"{unreadable.Why} Without the state an hour could be reported twice. Restore it from a backup; or move it away, and set REPORT_SINCE to the first hour that is not in the audit."),
            _ => new ComplianceState { Since = context.Time.GetUtcNow() },
        };
        if (context.Settings.Windows.Since is { } since) state.Since = since;
        return state;
    }

    private ComplianceState Recovered(StateLoad<ComplianceState>.LoadedPrevious previous)
    {
        Chronicle.Trouble(previous.Why);
        return previous.Value;
    }
}
