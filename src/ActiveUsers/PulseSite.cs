using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Memory;
using Athena.Common.Activities;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana;
using Athena.Common.Grafana.Copies;
using Athena.Common.Hosting;
using Athena.Common.Notifications.Telegram;
using Athena.Common.Sight;
using Athena.Common.State;
using Microsoft.Extensions.Logging;

namespace Athena.ActiveUsers;

/// <summary>What the daemon stands on, opened once for a run: the lock on the state directory, the state, the audit, Grafana and the chat.</summary>
internal sealed class PulseSite : IDisposable
{
    private readonly WorkerContext<ActiveUsersSettings> context;
    private readonly StateLock stateLock;
    private readonly AuditLog audit;
    private readonly GrafanaClient grafana;
    private readonly GrafanaDoor door;
    private readonly TelegramBot bot;

    private PulseSite(WorkerContext<ActiveUsersSettings> context, StateLock stateLock)
    {
        this.context = context;
        this.stateLock = stateLock;
        var settings = context.Settings;
        var directory = context.Common.StateDirectory;
        AuditOptions = new AuditOptions(directory, context.Common.AuditKeep, context.Common.VerdictKeep);
        audit = AuditLog.Open(AuditOptions, context.Time, context.Logging.CreateLogger<AuditLog>());
        Access = settings.Grafana.ForHolder(directory, context.Time);
        grafana = new GrafanaClient(Access, context.Time, context.Logging.CreateLogger<GrafanaClient>());
        door = new GrafanaDoor(Access, context.Time);
        var dry = context.Common.DryRun ? new DryRun(context.Logging.CreateLogger<DryRun>()) : null;
        var chronicle = new Chronicle((IAuditLog?)dry ?? audit, IsAudited, context.Logging.CreateLogger<Chronicle>());
        var store = new FileState<PulseState>(directory, PulseStateJson.Default.PulseState);
        var state = Load(store);
        Memory = new PulseMemory(state, dry is null ? store : new DryStateStore<PulseState>(store));
        Memory.HasMoved += chronicle.ChatMoved;
        bot = new TelegramBot(settings.Telegram!, context.Time, Memory);
        Totals = new TotalsBook(directory, context.Time);
        var platform = new Platform(settings.Grafana.IsAnonymous ? null : grafana, door, context.Time)
        {
            Organisations = settings.Grafana is { IsAnonymous: false, JoinsOrganisations: true } && dry is null
                ? new OrganisationWatch(grafana, grafana, settings.Grafana.RightsAdvice, audit, context.Logging.CreateLogger<OrganisationWatch>(), context.Time) : null,
        };
        var copies = new CopyLook(settings.Log, new CopyWatch(Identity.Worker.Component, Access.Installation!.Id), () => platform.OwnId, context.Time);
        Parts = PulseParts.Build(
            new LogWindows(settings.Log), platform, Memory, (ITelegram?)dry ?? bot,
            dry is null ? Totals : null, chronicle, settings.Options, context.Time, new Surroundings(copies, () => grafana.Listener));
    }

    public AuditOptions AuditOptions { get; }

    public AuditLog Audit => audit;

    /// <summary>Where Grafana is, how we sign in, and which installation we are.</summary>
    public GrafanaClientOptions Access { get; }

    public PulseMemory Memory { get; }

    public TotalsBook Totals { get; }

    public PulseParts Parts { get; }

    public SignInState SignIn => grafana.SignIn;

    /// <summary>Takes the state directory. One writer: a second one is told who has it.</summary>
    /// <exception cref="ConfigurationException">The directory cannot be used, or the state cannot be read.</exception>
    /// <exception cref="IOException">Somebody else has it.</exception>
    public static PulseSite Open(WorkerContext<ActiveUsersSettings> context)
    {
        _ = context.Settings; // Faults of the settings come first.
        return Open(context, StateDirectory.Take(context.Common.StateDirectory, Identity.Worker.Daemon));
    }

    /// <summary>The same for the daemon, which waits for a command of the same moment.</summary>
    /// <inheritdoc cref="Open(WorkerContext{ActiveUsersSettings})"/>
    public static async Task<PulseSite> OpenAsync(WorkerContext<ActiveUsersSettings> context, CancellationToken cancel)
    {
        _ = context.Settings;
        return Open(context, await StateDirectory.TakeAsync(context.Common.StateDirectory, Identity.Worker.Daemon, context.Time, cancel).ConfigureAwait(false));
    }

    private static PulseSite Open(WorkerContext<ActiveUsersSettings> context, StateLock taken)
    {
        try
        {
            return new PulseSite(context, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        bot.Dispose();
        door.Dispose();
        grafana.Dispose();
        audit.Dispose();
        stateLock.Dispose();
    }

    private bool IsAudited(string key, string name) => AuditReader.Read(AuditOptions, key).Any(record => record.Event == name);

    private PulseState Load(FileState<PulseState> store)
    {
        switch (store.Load())
        {
            case StateLoad<PulseState>.Loaded loaded:
                return loaded.Value;
            case StateLoad<PulseState>.LoadedPrevious previous:
                context.Logging.CreateLogger<PulseSite>().Event(PulseEvents.StateTrouble, previous.Why);
                return previous.Value;
            case StateLoad<PulseState>.Unreadable unreadable:
                throw new ConfigurationException(
                    $"{unreadable.Why} Without the state the same pulse could be sent twice. It holds no more than that and what is wrong now: to begin afresh, move it away.");
            default:
                return new PulseState();
        }
    }
}
