using System.Text.Json;
using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Drills;
using Athena.Common.Notifications;
using Athena.Common.State;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>What survives a crash: the state, the outbox and the audit. What the disk refuses while it is full does not.</summary>
internal sealed class SimulatedDisk(CrashPoint crash) : IStateStore<GateState>, IOutbox, IAuditLog
{
    private readonly Dictionary<string, DateTimeOffset?> finished = [];
    private WrittenState? written;

    /// <summary>The other outbox, for the chat.</summary>
    public SimulatedChat Chat { get; } = new(crash);

    public string State { get; set; } = "";

    public bool IsFull { get; set; }

    /// <summary>The mail server refuses every mail for good.</summary>
    public bool RefusesMail { get; set; }

    /// <summary>Mails that wait to be sent.</summary>
    public Dictionary<string, OutgoingMail> Waiting { get; } = [];

    /// <summary>Mails that the mail server has accepted, each as often as it did.</summary>
    public List<OutgoingMail> Delivered { get; } = [];

    /// <summary>The drills that ended, as they were written down.</summary>
    public List<DrillRun> Drills { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    public GateState Load() => JsonSerializer.Deserialize(State, GateStateJson.Default.GateState)!;

    public bool IsCompactionDue => false;

    StateLoad<GateState> IStateStore<GateState>.Load() => new StateLoad<GateState>.Loaded(Load());

    /// <summary>What was written is the changes alone: put on what was there before they must give the state as it is now.</summary>
    public bool TryAppend(GateState state, out string? problem)
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

    public bool TryCompact(GateState state, out string? problem)
    {
        crash.Pass();
        problem = IsFull ? "no space left" : null;
        if (IsFull) return false;
        written = new WrittenState(state);
        Note(state);
        crash.Pass();
        return true;
    }

    private void Note(GateState state)
    {
        State = JsonSerializer.Serialize(state, GateStateJson.Default.GateState);
        Assert.That(written!.OnDisk, Is.EqualTo(State), "the changes that were written are all that changed");
        if (state.Drill is { IsOver: true } over && !Drills.Exists(run => run.Login == over.Login)) Drills.Add(over);
    }

    public void Put(OutgoingMail mail)
    {
        crash.Pass();
        if (!finished.ContainsKey(mail.Key)) Waiting.TryAdd(mail.Key, mail);
        crash.Pass();
    }

    public IReadOnlyList<string> Withdraw(string key)
    {
        crash.Pass();
        if (Waiting.Remove(key)) finished[key] = null;
        return [];
    }

    /// <summary>For a drill, whose mail has one recipient here.</summary>
    public MailProgress? ProgressOf(string key)
    {
        crash.Pass();
        return Waiting.ContainsKey(key) ? new MailProgress(null, true, null)
            : finished.TryGetValue(key, out var at) ? new MailProgress(at, false, at is null ? "550 no such user" : "250 ok") : null;
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
