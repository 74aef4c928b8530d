using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Annotations;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Api.SignIn;
using Athena.Common.Grafana.Copies;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Kpis;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.AuditCopies;
using Athena.Common.Telemetry;
using Athena.Common.Telemetry.Metrics;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon;

/// <summary>
/// What every daemon stands on, opened once for a run or a command: the lock on the state directory, the audit, and Grafana. State, outbox
/// and the rest are each daemon's own.
/// </summary>
public abstract class DaemonSite<TSettings> : IAsyncDisposable
{
    private readonly StateLock taken;
    private readonly AnonymousProbe door;

    /// <param name="grafana">Of <paramref name="context"/>'s settings.</param>
    /// <param name="taken">The state directory; closed with this.</param>
    /// <param name="notes">What a line of the audit tells Grafana's dashboards; null where it tells nothing.</param>
    protected DaemonSite(
        WorkerContext<TSettings> context, GrafanaClientOptions grafana, StateLock taken, Func<AuditRecord, AuditNote?> notes)
    {
        this.taken = taken;
        Context = context;
        Metrics = new MetricBook(context.Identity.Daemon, context.Common.TenantId);
        AuditOptions = new AuditOptions(StateFolder, context.Common.AuditKeep, context.Common.VerdictKeep);
        Audit = AuditLog.Open(AuditOptions, context.Time, context.Logging.CreateLogger<AuditLog>());
        Access = grafana.ForHolder(StateFolder, context.Time);
        Client = new GrafanaClient(Access, context.Time, context.Logging.CreateLogger<GrafanaClient>());
        door = new AnonymousProbe(Access, context.Time);
        if (context.Common is { AuditDatabase: { } database, DryRun: false })
            Copier = new AuditCopier(
                Audit, AuditOptions, context.AuditDatabase(database, Access.Installation!.Id),
                context.Logging.CreateLogger<AuditCopier>(), context.Time);
        if (context.Common is { Annotations: not AnnotationNaming.None, DryRun: false } && !Access.IsAnonymous)
            Annotator = new Annotator(
                Audit, AuditOptions, context.Identity.Daemon, notes, context.Common.Annotations, Client,
                context.Logging.CreateLogger<Annotator>(), context.Time);
    }

    public string StateFolder => Context.Common.StateDirectory;

    public AuditOptions AuditOptions { get; }

    public AuditLog Audit { get; }

    /// <summary>Copies the audit to a database; null where none is set, or in a dry run.</summary>
    public AuditCopier? Copier { get; }

    /// <summary>Writes onto Grafana's dashboards; null where nothing is written there, in a dry run, and without an account.</summary>
    public Annotator? Annotator { get; }

    /// <summary>What is counted and measured; written to a file only where there is a folder for it.</summary>
    public MetricBook Metrics { get; }

    /// <summary>Where Grafana is, how we sign in, and which installation we are.</summary>
    public GrafanaClientOptions Access { get; }

    /// <summary>Grafana as a visitor sees it, for probes.</summary>
    public IAnonymousProbe Door => door;

    /// <inheritdoc cref="AnonymousProbe.PoolAsync"/>
    protected Task<DatabasePool?> PoolAsync(CancellationToken cancel) => door.PoolAsync(cancel);

    /// <summary>What is known of whoever listens at Grafana's address.</summary>
    public ListenerState Listener => Client.Listener;

    public SignInState SignIn => Client.SignIn;

    protected WorkerContext<TSettings> Context { get; }

    /// <summary>Grafana as our account sees it.</summary>
    protected GrafanaClient Client { get; }

    /// <summary>Our account may join an organisation that it does not see; in a dry run it joins none.</summary>
    protected bool JoinsOrganisations => Access is { IsAnonymous: false, JoinsOrganisations: true } && !Context.Common.DryRun;

    /// <summary>Whether our account sees each organisation; it joins none unless that is allowed.</summary>
    protected OrganisationWatch Organisations(IAuditLog log) => new(
        Client, JoinsOrganisations ? Client : null, Access.RightsAdvice, log, Context.Logging.CreateLogger<OrganisationWatch>(),
        Context.Time);

    /// <summary>
    /// Writes <see cref="Metrics"/>, with what each daemon tells of itself; null where there is no folder, or in a dry run.
    /// </summary>
    /// <param name="outbox">What waits to be sent, and what was.</param>
    /// <param name="look">Puts down what is the daemon's own, and says whether all is well and whether the disk refuses.</param>
    public MetricWriter? MetricWriter(Outbox outbox, Heartbeat heartbeat, Func<MetricBook, (bool IsWell, bool IsUnwritten)> look)
    {
        if (Context.Common is not { MetricsDirectory: { } folder, DryRun: false }) return null;
        var figures = new DaemonFigures(
            StateFolder, Audit, Copier, Annotator, Access.IsAnonymous ? null : () => SignIn.Phase, outbox, heartbeat, Context.Time);
        return new MetricWriter(
            Metrics,
            book =>
            {
                var (isWell, isUnwritten) = look(book);
                figures.Take(book, isWell, isUnwritten || Audit.Waiting > 0);
            },
            new MetricFile(folder),
            Context.Time,
            Context.Logging.CreateLogger<MetricWriter>());
    }

    /// <summary>
    /// Notes when the daemon is at work, and what it knows of the last month; null in a dry run.
    /// </summary>
    /// <param name="source">What its command <c>kpi</c> tells.</param>
    public KpiWriter? KpiWriter(KpiSource<TSettings> source, Heartbeat heartbeat) => Context.Common.DryRun
        ? null
        : new KpiWriter(
            Context.Identity.Daemon, new WorkTimes(StateFolder, Context.Time), span => source(Context, span),
            Context.Common.MetricsDirectory is { } folder ? new MetricFile(folder, KpiPart.FileName) : null, Context.Zone.Zone, heartbeat,
            Context.Time, Context.Logging.CreateLogger<KpiWriter>());

    /// <summary>Tells Alertmanager what stands on the board.</summary>
    public AlertRelay RelayOf(AlertBoard board, AlertmanagerSettings settings) =>
        new(board, settings, Context.Identity.Daemon, Context.Logging.CreateLogger<AlertRelay>(), Context.Time);

    /// <summary>Finds another copy of this daemon in the log.</summary>
    public CopyWatch Copies() => new(Context.Identity.Component, Access.Installation!.Id, Access.Installation.HeldSince);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        door.Dispose();
        await Client.DisposeAsync().ConfigureAwait(false);
        Audit.Dispose();
        taken.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes the state directory. One writer: a second one is told who has it.</summary>
    /// <param name="make">Makes the daemon's site on it.</param>
    /// <exception cref="ConfigurationException">The directory cannot be used, or the state cannot be read.</exception>
    /// <exception cref="IOException">Somebody else has it.</exception>
    protected static TSite Open<TSite>(WorkerContext<TSettings> context, Func<StateLock, TSite> make)
    {
        _ = context.Settings; // Faults of the settings come first.
        return Make(StateDirectory.Take(context.Common.StateDirectory, context.Identity.Daemon), make);
    }

    /// <summary>The same for the daemon, which waits for a command of the same moment.</summary>
    /// <inheritdoc cref="Open"/>
    protected static async Task<TSite> OpenAsync<TSite>(
        WorkerContext<TSettings> context, Func<StateLock, TSite> make, CancellationToken cancel)
    {
        _ = context.Settings;
        return Make(
            await StateDirectory.TakeAsync(context.Common.StateDirectory, context.Identity.Daemon, context.Time, cancel)
                .ConfigureAwait(false),
            make);
    }

    /// <summary>Closes what is the daemon's own, before what it stands on.</summary>
    protected abstract ValueTask CloseAsync();

    private static TSite Make<TSite>(StateLock taken, Func<StateLock, TSite> make)
    {
        try
        {
            return make(taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }
}
