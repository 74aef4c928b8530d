using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;

namespace Athena.ActiveUsers.Notify;

/// <summary>The ways to our people: the chat, which has everything, and others for alerts, under one outbox.</summary>
/// <param name="Chat">Delivered by the daemon's loop.</param>
/// <param name="Outbox">Over all. Disposing of it closes their channels.</param>
/// <param name="Told">Takes alerts and notices; in a dry run it is not the outbox.</param>
internal sealed record Ways(ChatOutbox Chat, Outbox Outbox, IOutbox Told)
{
    /// <param name="directory">The state directory, in which what goes by the others waits.</param>
    /// <param name="chat">Disposed of with the outbox.</param>
    /// <param name="others">Beside it; each sends by itself.</param>
    /// <param name="random">In [0, 1), for spreading the pauses.</param>
    /// <param name="would">In a dry run it gets what would be sent; null otherwise.</param>
    public static Ways Open(
        string directory, INotificationChannel chat, IReadOnlyList<ChannelRoute> others, ActiveUsersMemory memory,
        EventRecorder eventRecorder,
        TimeProvider time, Func<double> random, Action<OutgoingMessage>? would = null)
    {
        var queue = new ChatOutbox(chat, memory, eventRecorder, time);
        ChannelRoute[] routes =
        [
            new(chat, TelegramChannel.Folder) { Queue = queue },
            .. others,
        ];
        var outbox = Outbox.Open(
            directory, would is null ? routes : routes[..1], time, random, new Watch(eventRecorder));
        return new Ways(queue, outbox, would is null ? outbox : new DryOutbox(routes, would));
    }

    /// <summary>
    /// Writes down what becomes of what does not go to the chat. Its alerts are there as well, and <c>status</c> says which wait.
    /// </summary>
    private sealed class Watch(EventRecorder eventRecorder) : IDeliveryWatch
    {
        public void Changed(DeliveryReport report) => eventRecorder.Delivery(report);

        public void Trouble(INotificationChannel channel, string sentence) => eventRecorder.DeliveryTrouble(channel.Name, sentence);

        public void Silent(INotificationChannel channel, SilentChannel silence) =>
            eventRecorder.DeliveryTrouble(
                channel.Name, $"{silence.Waiting} {channel.Unit}{(silence.Waiting == 1 ? "" : "s")} not sent yet: {silence.Problem}");

        public void Over(INotificationChannel channel, SilentChannel silence) => eventRecorder.DeliveryWorks(channel.Name, channel.Unit);
    }
}
