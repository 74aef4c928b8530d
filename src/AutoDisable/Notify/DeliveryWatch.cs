using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;

namespace Athena.AutoDisable.Notify;

/// <summary>
/// Writes down what becomes of what we send, and sees that somebody hears of it when one of the ways to our people is closed.
/// </summary>
/// <param name="outbox">The one that is watched.</param>
internal sealed class DeliveryWatch(EventRecorder eventRecorder, LostRecipients lost, SilenceNotices notices, Func<Outbox> outbox)
    : IDeliveryWatch
{
    public void Changed(DeliveryReport report)
    {
        eventRecorder.Delivery(report);
        lost.Take(report);
    }

    public void Trouble(INotificationChannel channel, string sentence) => eventRecorder.DeliveryTrouble(channel.Name, sentence);

    public void Silent(INotificationChannel channel, SilentChannel silence) =>
        outbox().Put(notices.Began(channel, silence), except: channel);

    /// <summary>Whoever has not heard of it need not hear that it is over.</summary>
    public void Over(INotificationChannel channel, SilentChannel silence) =>
        outbox().PutEnd(silence.Key, notices.Over(channel, silence), except: channel);
}
