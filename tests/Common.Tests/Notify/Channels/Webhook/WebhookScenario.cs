using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Notify.Documents;

namespace Athena.Common.Tests.Notify.Channels.Webhook;

/// <summary>Events and settings that a test needs and does not care about.</summary>
internal static class WebhookScenario
{
    public const string Hostile = "</script>\"}\n\u202Eroot@evil.example";

    public static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    public static string Secret => "whsec_" + Convert.ToBase64String(Key);

    public static WebhookSettings SettingsFor(Uri url) => new(url, [Key]) { Daemon = "grafana-auto-disable", Host = "grafana01" };

    /// <summary>Somebody with a name of the worst kind is locked.</summary>
    public static Notification Locked(string key = "locked/eg4xf3128fz7kd/1") => new(
        key, ["admin@hospital.example"], $"Locked, waiting for you: {Hostile}",
        new MailDocument(Hostile, Tone.Warning, "WAITING", [], ""), new Brand("Athena", "", null, null))
    {
        Events =
        [
            new NotificationEvent(EventType.AccountLocked, "account/5f1c", "a new account is locked and waits for a decision")
            {
                Account = 42,
                Person = new EventPerson(Hostile, "naledi@example.net", "Naledi"),
            },
        ],
    };

    public static async Task<DeliveryResult> PostAsync(WebhookSettings settings, TimeProvider? time = null, Notification? told = null)
    {
        await using var channel = new WebhookChannel(settings, time ?? TimeProvider.System);
        var message = channel.Write(told ?? Locked())!;
        return (await channel.SendAsync(new DeliveryAttempt(message, Some.Morning, message.Recipients), CancellationToken.None))
            [WebhookChannel.ChannelName];
    }
}
