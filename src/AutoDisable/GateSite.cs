using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Chat;
using Athena.AutoDisable.Mails;
using Athena.AutoDisable.Notify;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana;
using Athena.Common.Grafana.Copies;
using Athena.Common.Grafana.Database;
using Athena.Common.Grafana.Listener;
using Athena.Common.GrafanaDatabase;
using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Telegram;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Sight;
using Athena.Common.State;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>
/// What the gate stands on, opened once for a run or a command: the lock on the state directory, the state, the audit, the outbox with
/// its mail server, the one for the chat if there is one, and Grafana.
/// </summary>
internal sealed class GateSite : IAsyncDisposable
{
    /// <summary>Unlike a mail server a chat may be asked often, and is to be told soon after it is back.</summary>
    private static readonly TimeSpan LongestPauseOfChat = TimeSpan.FromMinutes(5);

    private readonly WorkerContext<AutoDisableSettings> context;
    private readonly StateLock stateLock;
    private readonly AuditLog audit;
    private readonly SmtpTransport transport;
    private readonly GrafanaClient grafana;
    private readonly GrafanaDoor door;
    private readonly GrafanaUserTable? table;
    private readonly TelegramBot? bot;
    private GateAssembly? gate;

    private GateSite(WorkerContext<AutoDisableSettings> context, StateLock stateLock)
    {
        this.context = context;
        this.stateLock = stateLock;
        var settings = context.Settings;
        var directory = context.Common.StateDirectory;
        var log = context.Logging.CreateLogger<GateSite>();
        AuditOptions = new AuditOptions(directory, context.Common.AuditKeep, context.Common.VerdictKeep);
        audit = AuditLog.Open(AuditOptions, context.Time, context.Logging.CreateLogger<AuditLog>());
        Chronicle = new Chronicle(audit, context.Logging.CreateLogger<Chronicle>());
        transport = new SmtpTransport(settings.Smtp, context.Time);
        var notices = new SilenceNotices(settings.Mail);
        Lost = new LostRecipients(notices, () => Outbox!, () => ChatOutbox);
        Outbox = Outbox.Open(Path.Combine(directory, "outbox"), transport, context.Time, Random.Shared.NextDouble,
            Delivered, trouble => log.Event(GateEvents.MailTrouble, trouble), silence: new ChannelSilence(
                key => !ApplicantKeys.Has(key),
                silence => ChatOutbox?.Put(notices.OfMail(silence)),
                silence => Over(ChatOutbox, silence, notices.OfMailOver(silence)),
                context.Time));
        if (settings.Chat is { } chat)
        {
            bot = new TelegramBot(chat.Telegram, context.Time, new MovedChat(Chronicle));
            ChatOutbox = Outbox.Open(Path.Combine(directory, "chat"), new ChatTransport(bot, context.Time), context.Time, Random.Shared.NextDouble,
                Chronicle.ChatDelivery, trouble => log.Event(GateEvents.ChatTrouble, trouble), LongestPauseOfChat, new ChannelSilence(
                    _ => true,
                    silence => Outbox.Put(notices.OfChat(silence)),
                    silence => Over(Outbox, silence, notices.OfChatOver(silence)),
                    context.Time));
        }

        Access = settings.Grafana.ForHolder(directory, context.Time);
        grafana = new GrafanaClient(Access, context.Time, context.Logging.CreateLogger<GrafanaClient>());
        door = new GrafanaDoor(Access, context.Time);
        table = settings.Database is { } database ? new GrafanaUserTable(database, context.Time) : null;
        BornLockedListener = settings.Database is { } heard && !context.Common.DryRun ? new BornLockedListener(heard, context.Time) : null;
        Store = GateState.In(directory);
    }

    public string StateFolder => context.Common.StateDirectory;

    public AuditOptions AuditOptions { get; }

    public AuditLog Audit => audit;

    public Outbox Outbox { get; }

    /// <summary>What is to be said in the chat, apart from the mails so that neither waits for the other; null when no chat is set.</summary>
    public Outbox? ChatOutbox { get; }

    /// <summary>Whom of our people the mail server does not know.</summary>
    public LostRecipients Lost { get; }

    public FileState<GateState> Store { get; }

    public Chronicle Chronicle { get; }

    /// <summary>Where Grafana is, how we sign in, and which installation we are.</summary>
    public GrafanaClientOptions Access { get; }

    /// <summary>Finds another copy of this daemon in the log.</summary>
    public CopyWatch Copies() => new(Identity.Worker.Component, Access.Installation!.Id);

    /// <summary>Hears Grafana's database tell of new accounts; null without access to it.</summary>
    public BornLockedListener? BornLockedListener { get; }

    public SmtpTransport Transport => transport;

    public IGrafana Grafana => grafana;

    /// <summary>Grafana as a visitor sees it, for probes.</summary>
    public IGrafanaDoor Door => door;

    /// <summary>What is known of whoever listens at Grafana's address.</summary>
    public ListenerState Listener => grafana.Listener;

    public SignInState SignIn => grafana.SignIn;

    /// <summary>The gate on this site; <see cref="LoadGateAsync"/> makes it.</summary>
    public GateAssembly Gate => gate ?? throw new InvalidOperationException("The gate has not been loaded.");

    /// <summary>Takes the state directory. One writer: a second one is told who has it.</summary>
    /// <exception cref="ConfigurationException">The directory cannot be used.</exception>
    /// <exception cref="IOException">Somebody else has it.</exception>
    public static GateSite Open(WorkerContext<AutoDisableSettings> context)
    {
        _ = context.Settings; // Faults of the settings come first.
        return Open(context, StateDirectory.Take(context.Common.StateDirectory, Identity.Worker.Daemon));
    }

    /// <summary>The same for the daemon, which waits for a command of the same moment.</summary>
    /// <inheritdoc cref="Open(WorkerContext{AutoDisableSettings})"/>
    public static async Task<GateSite> OpenAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        _ = context.Settings;
        return Open(context, await StateDirectory.TakeAsync(context.Common.StateDirectory, Identity.Worker.Daemon, context.Time, cancel).ConfigureAwait(false));
    }

    private void Delivered(DeliveryReport report)
    {
        Chronicle.Delivery(report);
        Lost.Take(report);
    }

    /// <summary>Whoever has not heard of it need not hear that it is over.</summary>
    private static void Over(Outbox? outbox, SilentChannel silence, OutgoingMail well)
    {
        if (outbox is not null && outbox.Withdraw(silence.Key).Count > 0) outbox.Put(well);
    }

    /// <summary>Whether our account sees each organisation; it joins none unless that is allowed, and none in a dry run.</summary>
    private OrganisationWatch Organisations(IAuditLog log) => new(
        grafana, context.Settings.Grafana.JoinsOrganisations && !context.Common.DryRun ? grafana : null, context.Settings.Grafana.RightsAdvice,
        log, context.Logging.CreateLogger<OrganisationWatch>(), context.Time);

    private static GateSite Open(WorkerContext<AutoDisableSettings> context, StateLock taken)
    {
        try
        {
            return new GateSite(context, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Loads the state and puts the gate together.</summary>
    /// <exception cref="ConfigurationException">There is no baseline yet, or nothing to go on with: a person must decide.</exception>
    public async Task LoadGateAsync(CancellationToken cancel)
    {
        var state = await LoadStateAsync(cancel).ConfigureAwait(false);
        var settings = context.Settings;
        if (!string.Equals(state.GrafanaUrl, settings.Grafana.Url, StringComparison.Ordinal)) state.GrafanaUrl = settings.Grafana.Url;

        grafana.Remember(state.Accounts.Where(account => account.Case is { Person.IsForgotten: false }).Select(account => account.Case!.Person.As(account)));
        IGrafana api = grafana;
        IStateStore<GateState> store = Store;
        IOutbox outbox = Outbox;
        IOutbox? messages = ChatOutbox;
        IAuditLog log = audit;
        if (context.Common.DryRun)
        {
            var dry = new DryRun(grafana, context.Logging.CreateLogger<DryRun>());
            (api, store, outbox, log) = (dry, new DryStateStore<GateState>(Store), dry, dry);
            messages = messages is null ? null : dry;
        }

        gate = GateAssembly.Build(state, api, context.Common.DryRun ? null : table, store, outbox, log, new LetterWriter(settings.Mail), settings.Gate with { TimeZone = settings.Mail.TimeZone, IsDryRun = context.Common.DryRun }, context.Time, context.Logging, Chat(messages), Organisations(log),
            context.Common.DryRun ? null : table);
    }

    /// <summary>For a command: offers once what lies in both outboxes.</summary>
    public Task DeliverDueAsync(CancellationToken cancel) =>
        Task.WhenAll(Outbox.DeliverDueAsync(cancel), ChatOutbox?.DeliverDueAsync(cancel) ?? Task.CompletedTask);

    private CriticalChat? Chat(IOutbox? messages) =>
        messages is null ? null : new CriticalChat(messages, context.Settings.Mail, context.Settings.Chat!.HidesNames);

    public async ValueTask DisposeAsync()
    {
        Outbox.Dispose();
        ChatOutbox?.Dispose();
        bot?.Dispose();
        await transport.DisposeAsync().ConfigureAwait(false);
        door.Dispose();
        grafana.Dispose();
        if (table is not null) await table.DisposeAsync().ConfigureAwait(false);
        audit.Dispose();
        stateLock.Dispose();
    }

    private async Task<GateState> LoadStateAsync(CancellationToken cancel)
    {
        switch (Store.Load())
        {
            case StateLoad<GateState>.Loaded loaded:
                return loaded.Value;
            case StateLoad<GateState>.LoadedPrevious previous:
                context.Logging.CreateLogger<GateSite>().Event(GateEvents.StateRecovered, previous.Why);
                return previous.Value;
            case StateLoad<GateState>.Unreadable unreadable:
                await TellUnreadableAsync(unreadable.Why, cancel).ConfigureAwait(false);
                throw new ConfigurationException(
                    $"{unreadable.Why} New accounts are NOT being disabled. Restore the state from a backup, or move it away and make a new baseline: {Identity.Worker.Daemon} baseline");
            default:
                throw new ConfigurationException(
                    $"There is no baseline yet, so nobody is known and everybody would be locked. Make one: sudo {Identity.Worker.Daemon} baseline");
        }
    }

    /// <summary>The daemon is about to end for good and nobody may be looking at the journal.</summary>
    private async Task TellUnreadableAsync(string why, CancellationToken cancel)
    {
        var now = context.Time.GetUtcNow();
        var letter = new Letter($"trouble/state/{now:yyyy-MM-dd-HH}", LetterKind.TroubleBegan, [], now,
            Note: new LetterNote(why, TroubleKind.StateUnreadable, now));
        if (new LetterWriter(context.Settings.Mail).Write(letter, []) is { } mail) Outbox.Put(mail);
        Chat(ChatOutbox)?.Post(letter, []);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            await DeliverDueAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The mail server or the chat is silent; what was to be said stays in its outbox and the journal has the rest.
        }
    }
}
