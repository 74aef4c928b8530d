using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>The outbox's part for the chat, which survives a crash, and what the chat was given.</summary>
internal sealed class SimulatedChat(CrashPoint crash)
{
    private readonly ChannelRoute route = new(new TelegramChannel(Moq.Mock.Of<ITelegram>()), TelegramChannel.Folder)
    {
        IsForTheCritical = true,
    };
    private readonly Dictionary<string, OutgoingMessage> waiting = [];
    private readonly HashSet<string> accepted = [];

    public bool IsDown { get; set; }

    /// <summary>What the chat has, each as often as it was given.</summary>
    public List<OutgoingMessage> Said { get; } = [];

    public HashSet<string> Withdrawn { get; } = [];

    public void Put(Notification notification)
    {
        if (route.Write(notification, key => Withdraw(key).Count > 0).FirstOrDefault() is not { } message) return;
        crash.Pass();
        if (!accepted.Contains(message.Key) && !Withdrawn.Contains(message.Key)) waiting.TryAdd(message.Key, message);
        crash.Pass();
    }

    public IReadOnlyList<string> Withdraw(string key)
    {
        crash.Pass();
        if (waiting.Remove(key)) Withdrawn.Add(key);
        crash.Pass();
        return accepted.Contains(key) ? ["Telegram"] : [];
    }

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
