using System.Text.Json;
using Athena.AutoDisable.State;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>What survives a crash: the state, the outbox and the audit. What the disk refuses while it is full does not.</summary>
internal sealed class SimulatedDisk(CrashPoint crash) : IStateStore<AutoDisableState>, IOutbox, IAuditLog
{
    private readonly Dictionary<string, DateTimeOffset?> finished = [];
    private WrittenState? written;

    /// <summary>The other channel, where one is set.</summary>
    public SimulatedChat Chat { get; } = new(crash);

    public bool HasChat { get; set; }

    public string State { get; set; } = "";

    public bool IsFull { get; set; }

    /// <summary>The mail server refuses every mail for good.</summary>
    public bool RefusesMail { get; set; }

    /// <summary>Mails that wait to be sent.</summary>
    public Dictionary<string, OutgoingMessage> Waiting { get; } = [];

    /// <summary>Mails that the mail server has accepted, each as often as it did.</summary>
    public List<OutgoingMessage> Delivered { get; } = [];

    /// <summary>The drills that ended, as they were written down.</summary>
    public List<DrillRun> Drills { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    public AutoDisableState Load() => JsonSerializer.Deserialize(State, AutoDisableStateJson.Default.AutoDisableState)!;

    /// <summary>Whether so much has changed that the state should be written whole.</summary>
    public bool IsCompactionDue { get; set; }

    /// <summary>How often it was written whole.</summary>
    public int Snapshots { get; private set; }

    StateLoad<AutoDisableState> IStateStore<AutoDisableState>.Load() => new StateLoad<AutoDisableState>.Loaded(Load());

    /// <summary>What was written is the changes alone: put on what was there before they must give the state as it is now.</summary>
    public bool TryAppend(AutoDisableState state, out string? problem)
    {
        if (!ReferenceEquals(written?.State, state)) return TryCompact(state, out problem);
        crash.Pass();
        problem = IsFull ? "no space left" : null;
        if (IsFull) return false;
        written.Append();
        Note(state);
        crash.Pass();
        return true;
    }

    public bool TryCompact(AutoDisableState state, out string? problem)
    {
        crash.Pass();
        problem = IsFull ? "no space left" : null;
        if (IsFull) return false;
        written = new WrittenState(state);
        Snapshots++;
        Note(state);
        crash.Pass();
        return true;
    }

    private void Note(AutoDisableState state)
    {
        State = JsonSerializer.Serialize(state, AutoDisableStateJson.Default.AutoDisableState);
        Assert.That(written!.OnDisk, Is.EqualTo(State), "the changes that were written are all that changed");
        if (state.Drill is { IsOver: true } over && !Drills.Exists(run => run.Login == over.Login)) Drills.Add(over);
    }

    public void Put(Notification notification)
    {
        crash.Pass();
        if (MailChannel.MessageOf(notification) is { } message && !finished.ContainsKey(message.Key)) Waiting.TryAdd(message.Key, message);
        crash.Pass();
        if (HasChat) Chat.Put(notification);
    }

    public IReadOnlyList<string> Withdraw(string key)
    {
        crash.Pass();
        if (Waiting.Remove(key)) finished[key] = null;
        return HasChat ? Chat.Withdraw(key) : [];
    }

    /// <summary>For a drill, whose mail has one recipient here.</summary>
    public DeliveryProgress? ProgressOf(string key)
    {
        crash.Pass();
        return Waiting.ContainsKey(key) ? new DeliveryProgress(null, true, null)
            : finished.TryGetValue(key, out var at) ? new DeliveryProgress(at, false, at is null ? "550 no such user" : "250 ok") : null;
    }

    public void Append(AuditEntry entry)
    {
        crash.Pass();
        Audit.Add(entry);
    }

    /// <summary>One round of sending. A crash between acceptance and its record sends the same mail, with the same key, again.</summary>
    public void Deliver(DateTimeOffset now = default)
    {
        if (RefusesMail)
        {
            foreach (var key in Waiting.Keys) finished[key] = null;
            Waiting.Clear();
        }

        foreach (var (key, mail) in Waiting.ToList())
        {
            crash.Pass();
            Delivered.Add(mail);
            crash.Pass();
            Waiting.Remove(key);
            finished[key] = now;
        }
    }
}
