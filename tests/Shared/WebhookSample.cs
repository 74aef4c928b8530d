using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Webhook;

namespace Athena.Tests.Shared;

/// <summary>What the webhook would post of a notification, and the golden files of it in <c>docs/samples/webhook</c>.</summary>
internal static class WebhookSample
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>One body for each event.</summary>
    public static IReadOnlyList<string> BodiesOf(Notification told, string daemon, bool tellsNames = false)
    {
        var settings = new WebhookSettings(new Uri("https://hooks.example/"), [])
        {
            Daemon = daemon,
            Host = "grafana01",
            TellsNames = tellsNames,
        };
        var channel = new WebhookChannel(settings, TimeProvider.System);
        return
        [
            .. told.ByEvent().Select(channel.Write).Where(message => message is not null).Select(message =>
                System.Text.Encoding.ASCII.GetString(WebhookBody.Of(message!, new DateTimeOffset(2026, 11, 21, 6, 30, 15, TimeSpan.Zero)))),
        ];
    }

    /// <summary>The key by which a ticket is opened and closed, of a notification about one thing.</summary>
    public static string KeyOf(Notification told, string daemon) =>
        JsonNode.Parse(BodiesOf(told, daemon).Single())!["data"]!["key"]!.GetValue<string>();

    /// <summary>Named after its type.</summary>
    public static void AssertIs(Notification told, string daemon)
    {
        var body = JsonNode.Parse(BodiesOf(told, daemon)[0])!;
        Sample.AssertIs($"webhook/{body["type"]}.json", body.ToJsonString(Indented) + "\n");
    }
}
