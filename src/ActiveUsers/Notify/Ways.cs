using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;

namespace Athena.ActiveUsers.Notify;

/// <summary>The ways to our people: the chat, which has everything, and mail for alerts, under one outbox.</summary>
/// <param name="Chat">Delivered by the daemon's loop.</param>
/// <param name="Outbox">Over both. Disposing of it closes their channels.</param>
/// <param name="Told">Takes alerts and notices; in a dry run it is not the outbox.</param>
internal sealed record Ways(ChatOutbox Chat, Outbox Outbox, IOutbox Told)
{
    /// <param name="directory">The state directory, in which mails wait.</param>
    /// <param name="chat">Disposed of with the outbox.</param>
    /// <param name="mail">Null where nothing goes by mail.</param>
    /// <param name="random">In [0, 1), for spreading the pauses.</param>
    /// <param name="would">In a dry run it gets what would be sent; null otherwise.</param>
    public static Ways Open(
        string directory, INotificationChannel chat, ChannelRoute? mail, ActiveUsersMemory memory, EventRecorder eventRecorder,
        TimeProvider time, Func<double> random, Action<OutgoingMessage>? would = null)
    {
        var queue = new ChatOutbox(chat, memory, eventRecorder, time);
        ChannelRoute[] routes =
        [
            new(chat, TelegramChannel.Folder) { Queue = queue },
            .. mail is null ? [] : (ChannelRoute[])[mail],
        ];
        var outbox = Outbox.Open(
            directory, would is null ? routes : routes[..1], time, random, new MailWatch(eventRecorder));
        return new Ways(queue, outbox, would is null ? outbox : new DryOutbox(routes, would));
    }

    /// <summary>Writes down what becomes of the mails. Their alerts are in the chat as well, and <c>status</c> says which wait.</summary>
    private sealed class MailWatch(EventRecorder eventRecorder) : IDeliveryWatch
    {
        public void Changed(DeliveryReport report) => eventRecorder.Mail(report);

        public void Trouble(INotificationChannel channel, string sentence) => eventRecorder.MailTrouble(sentence);

        public void Silent(INotificationChannel channel, SilentChannel silence) =>
            eventRecorder.MailTrouble($"{silence.Waiting} alert{(silence.Waiting == 1 ? "" : "s")} not mailed yet: {silence.Problem}");

        public void Over(INotificationChannel channel, SilentChannel silence) => eventRecorder.MailWorks();
    }
}
