using Athena.Common.Notify.Channels;

namespace Athena.Common.Notify.Delivery;

/// <summary>The outbox of a dry run: says what would be sent, and keeps and sends nothing.</summary>
/// <param name="routes">As the daemon would have them.</param>
/// <param name="would">Gets each message.</param>
public sealed class DryOutbox(IReadOnlyList<ChannelRoute> routes, Action<OutgoingMessage> would) : IOutbox
{
    /// <inheritdoc/>
    public void Put(Notification notification)
    {
        foreach (var route in routes)
            foreach (var message in route.Write(notification, _ => false)) would(message);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Withdraw(string key) => [];

    /// <inheritdoc/>
    public DeliveryProgress? ProgressOf(string key) => null;
}
