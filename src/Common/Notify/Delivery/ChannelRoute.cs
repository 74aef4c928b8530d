using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Channels.Webhook;

namespace Athena.Common.Notify.Delivery;

/// <summary>A channel of a daemon: where its messages wait, and what of the notifications goes by it.</summary>
/// <param name="Channel">Disposed of with the outbox.</param>
/// <param name="Folder">In the state directory; the channel's alone, for ever.</param>
public sealed record ChannelRoute(INotificationChannel Channel, string Folder)
{
    /// <summary>Of every channel that there is, in the order in which a backup copies them.</summary>
    public static IReadOnlyList<string> Folders { get; } =
        [MailChannel.Folder, TelegramChannel.Folder, WebhookChannel.Folder, TicketChannel.Folder];

    /// <summary>The daemon does its work without: what <c>check</c> finds wrong with it is a warning.</summary>
    public bool IsExtra { get; init; }

    /// <summary>It takes what is critical, and how that ended of which it was told; nothing else.</summary>
    public bool IsForTheCritical { get; init; }

    /// <summary>
    /// A pause between two attempts grows no further than this, unless the other side asks for more; null for the back-off's own.
    /// </summary>
    public TimeSpan? LongestPause { get; init; }

    /// <summary>
    /// Whether what bears this key counts when the channel is silent: what strangers are told must not hide, nor stand for, what our people
    /// are told.
    /// </summary>
    public Func<string, bool> Counts { get; init; } = _ => true;

    /// <summary>
    /// A queue that the daemon brings, and delivers in its own loop; null where the messages wait in files of <see cref="Folder"/>.
    /// </summary>
    public IChannelOutbox? Queue { get; init; }

    /// <summary>The messages that go by this way; programs get one for each event, everybody else at most one.</summary>
    /// <param name="withdraw">Takes back a key on this channel, and says whether somebody had it already.</param>
    public IEnumerable<OutgoingMessage> Write(Notification notification, Func<string, bool> withdraw) =>
        (Channel.IsForPrograms ? notification.ByEvent() : [notification]).Select(one => WriteOne(one, withdraw)).OfType<OutgoingMessage>();

    private OutgoingMessage? WriteOne(Notification notification, Func<string, bool> withdraw)
    {
        var wasTold = false;
        if (IsForTheCritical)
            foreach (var settled in notification.Settles) wasTold |= withdraw(settled);
        return !IsForTheCritical || wasTold || notification.IsUrgent ? Channel.Write(notification) : null;
    }
}

/// <summary>The ways to programs, the same for each daemon.</summary>
public static class ProgramRoutes
{
    /// <summary>As a chat it may be asked often, and is to be told soon after it is back.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Null for one that is not set.</summary>
    public static IEnumerable<ChannelRoute> Of(WebhookSettings? webhook, TicketSettings? tickets, TimeProvider time)
    {
        if (webhook is not null)
            yield return new(new WebhookChannel(webhook, time), WebhookChannel.Folder) { LongestPause = LongestPause, IsExtra = true };
        if (tickets is not null) yield return new(new TicketChannel(tickets, time), TicketChannel.Folder) { IsExtra = true };
    }
}
