using System.Globalization;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Delivery;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>What <c>status</c> says of the webhook.</summary>
public static class WebhookLine
{
    /// <summary>None where there is none.</summary>
    public static IEnumerable<(string Name, string Value)> Of(WebhookSettings? settings, Outbox outbox)
    {
        if (settings is null || outbox.QueueOf(WebhookChannel.ChannelName)?.Summary is not { } there) yield break;
        yield return ("Webhook", there.Waiting == 0
            ? $"{settings.Place}; nothing waits"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{settings.Place}; {there.Waiting} message{(there.Waiting == 1 ? "" : "s")} not sent yet: "
                + $"{there.LastProblem ?? "on the way"}"));
    }
}
