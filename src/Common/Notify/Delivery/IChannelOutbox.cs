using Athena.Common.Notify.Channels;

namespace Athena.Common.Notify.Delivery;

/// <summary>
/// What one channel is to carry, and when it is tried again. <see cref="ChannelOutbox"/> keeps it in files; where a daemon's own state
/// must change in the same stroke, the daemon brings a queue of its own and delivers it in its own loop.
/// </summary>
public interface IChannelOutbox : IDisposable
{
    /// <summary>What carries it.</summary>
    INotificationChannel Channel { get; }

    /// <summary>For STATUS.</summary>
    OutboxSummary Summary { get; }

    /// <summary>When <see cref="DeliverDueAsync"/> has something to do; null when nothing waits. May lie in the past.</summary>
    DateTimeOffset? NextDue { get; }

    /// <inheritdoc cref="IOutbox.Put"/>
    void Put(OutgoingMessage message);

    /// <inheritdoc cref="IOutbox.Withdraw"/>
    IReadOnlyList<string> Withdraw(string key);

    /// <inheritdoc cref="IOutbox.ProgressOf"/>
    DeliveryProgress? ProgressOf(string key);

    /// <summary>
    /// Everything that waits is due now. For the start of a daemon, and for a check that found the channel well: somebody may just have put
    /// its settings right and looks whether that helped, and would otherwise wait out a pause of hours.
    /// </summary>
    void TryAtOnce();

    /// <summary>One step: offers what is due.</summary>
    Task DeliverDueAsync(CancellationToken cancellation);
}
