using Athena.Common.Notifications;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>The outbox for the chat, which survives a crash, and what the chat was given.</summary>
internal sealed class SimulatedChat(CrashPoint crash) : IOutbox
{
    private readonly Dictionary<string, OutgoingMail> waiting = [];
    private readonly HashSet<string> accepted = [];

    public bool IsDown { get; set; }

    /// <summary>What the chat has, each as often as it was given.</summary>
    public List<OutgoingMail> Said { get; } = [];

    public HashSet<string> Withdrawn { get; } = [];

    public void Put(OutgoingMail mail)
    {
        crash.Pass();
        if (!accepted.Contains(mail.Key) && !Withdrawn.Contains(mail.Key)) waiting.TryAdd(mail.Key, mail);
        crash.Pass();
    }

    public IReadOnlyList<string> Withdraw(string key)
    {
        crash.Pass();
        if (waiting.Remove(key)) Withdrawn.Add(key);
        crash.Pass();
        return accepted.Contains(key) ? ["Telegram"] : [];
    }

    public MailProgress? ProgressOf(string key) => null;

    /// <summary>One round of sending. A crash between acceptance and its record says the same again.</summary>
    public void Deliver()
    {
        if (IsDown) return;
        foreach (var (key, message) in waiting.ToList())
        {
            crash.Pass();
            Said.Add(message);
            crash.Pass();
            waiting.Remove(key);
            accepted.Add(key);
        }
    }
}
