using System.Globalization;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Delivery;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>What <c>status</c> says of the ways to programs.</summary>
public static class ProgramLines
{
    /// <summary>None for one that is not set.</summary>
    public static IEnumerable<(string Name, string Value)> Of(WebhookSettings? webhook, TicketSettings? tickets, Outbox outbox) =>
    [
        .. webhook is null ? [] : Line(WebhookChannel.ChannelName, webhook.Place, outbox),
        .. tickets is null ? [] : Line(TicketChannel.ChannelName, $"mails to {tickets.Recipients}", outbox),
    ];

    private static IEnumerable<(string Name, string Value)> Line(string channel, string place, Outbox outbox)
    {
        if (outbox.QueueOf(channel)?.Summary is not { } there) yield break;
        yield return (channel, there.Waiting == 0
            ? $"{place}; nothing waits"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{place}; {there.Waiting} message{(there.Waiting == 1 ? "" : "s")} not sent yet: {there.LastProblem ?? "on the way"}"));
    }
}
