using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Notify.Chat;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.AutoDisable.Watching;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>
/// What the gate stands on, opened once for a run or a command: the lock on the state directory, the state, the audit, the outbox with
/// its mail server, the one for the chat if there is one, and Grafana.
/// </summary>
internal sealed class AutoDisableSite : DaemonSite<AutoDisableSettings>
{
    private readonly IReadOnlyList<ChannelRoute> channels;
    private readonly GrafanaUserTable? table;
    private AutoDisableParts? gate;

    private AutoDisableSite(WorkerContext<AutoDisableSettings> context, StateLock taken)
        : base(context, context.Settings.Grafana, taken, LockNotes.Of)
    {
        var settings = context.Settings;
        EventRecorder = new EventRecorder(Audit, context.Logging.CreateLogger<EventRecorder>());
        channels = settings.Channels(context.Time, new MovedChat(EventRecorder));
        var notices = new SilenceNotices(settings.Mail);
        Lost = new LostRecipients(notices, () => Outbox!);
        Outbox = Outbox.Open(
            StateFolder, channels, context.Time, Random.Shared.NextDouble, new DeliveryWatch(EventRecorder, Lost, notices, () => Outbox!));
        table = settings.Database is { } database ? new GrafanaUserTable(database, context.Time) : null;
        BornLockedListener = settings.Database is { } heard && !context.Common.DryRun ? new BornLockedListener(heard, context.Time) : null;
        Store = AutoDisableState.In(StateFolder);
        Board = settings.Alertmanager is { } alertmanager && !context.Common.DryRun ? new AlertBoard(alertmanager, context.Time) : null;
        Decisions = settings.Decisions is null && settings.ChatDecisions is null
            ? null
            : new DecisionBook(DecisionBookState.MakeIn(StateFolder), context.Time);
    }

    public Outbox Outbox { get; }

    /// <summary>What Alertmanager is told of; null where it is told of nothing.</summary>
    public AlertBoard? Board { get; }

    /// <summary>Whom of our people the mail server does not know.</summary>
    public LostRecipients Lost { get; }

    public IStateStore<AutoDisableState> Store { get; }

    public EventRecorder EventRecorder { get; }

    /// <summary>Hears Grafana's database tell of new accounts; null without access to it.</summary>
    public BornLockedListener? BornLockedListener { get; }

    public IGrafana Grafana => Client;

    /// <summary>Links and PINs; null where nobody decides from a mail or in the chat.</summary>
    public DecisionBook? Decisions { get; }

    /// <summary>The buttons in the chat, while the daemon runs; null where nobody decides there.</summary>
    public ChatDesk? Buttons { get; set; }

    /// <summary>The gate on this site; <see cref="LoadGateAsync"/> makes it.</summary>
    public AutoDisableParts Gate => gate ?? throw new InvalidOperationException("The gate has not been loaded.");

    /// <summary>Puts down what Alertmanager is to ring for now.</summary>
    public void ShowTroubles() => Gate.Troubles.Show(Context.Settings.Mail.Brand.Called);

    /// <summary>Picks from the log what means something at the gate.</summary>
    public LogWatch Watch() =>
        new(Gate.Memory.IsKnownId, Gate.Memory.IsKeptOut, () => Gate.Gate.OurLogId, Gate.Recorder, Copies(), Gate.Clock)
        {
            IsProof = Context.Settings.Log.IsProof,
        };

    /// <summary>Takes the state directory. One writer: a second one is told who has it.</summary>
    /// <exception cref="ConfigurationException">The directory cannot be used, or the state cannot be read.</exception>
    /// <exception cref="IOException">Somebody else has it.</exception>
    public static AutoDisableSite Open(WorkerContext<AutoDisableSettings> context) =>
        Open(context, taken => new AutoDisableSite(context, taken));

    /// <summary>The same for the daemon, which waits for a command of the same moment.</summary>
    /// <inheritdoc cref="Open(WorkerContext{AutoDisableSettings})"/>
    public static Task<AutoDisableSite> OpenAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel) =>
        OpenAsync(context, taken => new AutoDisableSite(context, taken), cancel);

    /// <summary>Loads the state and puts the gate together.</summary>
    /// <exception cref="ConfigurationException">There is no baseline yet, or nothing to go on with: a person must decide.</exception>
    public async Task LoadGateAsync(CancellationToken cancel)
    {
        var state = await LoadStateAsync(cancel).ConfigureAwait(false);
        var settings = Context.Settings;
        if (!string.Equals(state.GrafanaUrl, settings.Grafana.Url, StringComparison.Ordinal)) state.GrafanaUrl = settings.Grafana.Url;

        Client.Remember(
            state.Accounts.Where(account => account.Case is { Person.IsForgotten: false })
                .Select(account => account.Case!.Person.As(account)),
            state.Accounts.Count);
        IGrafana api = Client;
        IStateStore<AutoDisableState> store = Store;
        IOutbox outbox = Outbox;
        IAuditLog log = Audit;
        if (Context.Common.DryRun)
        {
            var dry = new DryRun(Client, Context.Logging.CreateLogger<DryRun>());
            (api, store, outbox, log) = (dry, new DryStateStore<AutoDisableState>(Store), new DryOutbox(channels, dry.WouldSend), dry);
        }

        gate = AutoDisableParts.Build(
            state,
            api,
            Context.Common.DryRun ? null : table,
            store,
            outbox,
            log,
            new LetterWriter(settings.Mail, Links(settings)),
            settings.Gate with { TimeZone = settings.Mail.TimeZone, IsDryRun = Context.Common.DryRun },
            Context.Time,
            Context.Logging,
            Organisations(log),
            Context.Common.DryRun ? null : table,
            Decisions,
            settings.PinHolders,
            Metrics,
            Board);
    }

    /// <summary>Gives out links that decide; null where nobody does, or nothing is sent.</summary>
    private PersonalLinks? Links(AutoDisableSettings settings) =>
        settings.Decisions is { } decisions && Decisions is { } book && !Context.Common.DryRun
            ? new PersonalLinks(book, decisions, settings.Gate, Context.Time)
            : null;

    protected override async ValueTask CloseAsync()
    {
        Board?.Dispose();
        await Outbox.DisposeAsync().ConfigureAwait(false);
        if (table is not null) await table.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<AutoDisableState> LoadStateAsync(CancellationToken cancel)
    {
        switch (Store.Load())
        {
            case StateLoad<AutoDisableState>.Loaded loaded:
                return loaded.Value;
            case StateLoad<AutoDisableState>.LoadedPrevious previous:
                Context.Logging.CreateLogger<AutoDisableSite>().Event(AutoDisableEvents.StateRecovered, previous.Why);
                return previous.Value;
            case StateLoad<AutoDisableState>.Unreadable unreadable:
                await TellUnreadableAsync(unreadable.Why, cancel).ConfigureAwait(false);
                throw new ConfigurationException(
                    $"{unreadable.Why} New accounts are NOT being disabled. Restore the state from a backup, or move it away and make a "
                    + $"new baseline: {Identity.Worker.Daemon} baseline");
            default:
                throw new ConfigurationException(
                    $"There is no baseline yet, so nobody is known and everybody would be locked. Make one: sudo {Identity.Worker.Daemon} "
                    + "activate, or by hand: baseline");
        }
    }

    /// <summary>The daemon is about to end for good and nobody may be looking at the journal.</summary>
    private async Task TellUnreadableAsync(string why, CancellationToken cancel)
    {
        var now = Context.Time.GetUtcNow();
        var letter = new Letter($"trouble/state/{now:yyyy-MM-dd-HH}", LetterKind.TroubleBegan, [], now,
            Note: new LetterNote(why, TroubleKind.StateUnreadable, now));
        if (new LetterWriter(Context.Settings.Mail).Write(letter, []) is { } notification) Outbox.Put(notification);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            await Outbox.DeliverDueAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // One of the channels is silent; what was to be said stays in the outbox and the journal has the rest.
        }
    }
}
