using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Athena.Common.Time;

namespace Athena.Common.Notify.Channels.Webhook;

/// <summary>
/// What is posted, <c>docs/webhook.md</c>. Names nobody unless that is wanted: Grafana's number of an account and our own references are
/// all that it says of a person. Pure, and in ASCII.
/// </summary>
public static class WebhookBody
{
    /// <summary>What is a stranger's goes no further than this.</summary>
    private const int MostOfAName = 200;

    /// <summary>The member <c>data</c>, which waits in the outbox.</summary>
    internal static string DataOf(Notification notification, NotificationEvent told, WebhookSettings settings) => Written(json =>
    {
        json.WriteString("event", EventTypes.NameOf(told.Type));
        json.WriteString("action", Word(told.Action));
        json.WriteString("key", told.KeyOf(settings.Tenant, settings.Host, settings.Daemon));
        if (told.Kind is { } kind) json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(kind));
        json.WriteString("title", told.Title);
        json.WriteString("severity", Word(notification.Severity));
        json.WriteString("tenant_id", settings.Tenant.Length > 0 ? settings.Tenant : "default");
        json.WriteString("daemon", settings.Daemon);
        json.WriteString("host", settings.Host);
        if (told.Since is { } since) json.WriteString("since", UtcStamp.Write(since));
        json.WriteStartObject("ids");
        if (told.Account is { } account) json.WriteNumber("account", account);
        if (told.Report is { } report) json.WriteString("report", report);
        json.WriteEndObject();
        if (told.Count is { } count) json.WriteNumber("count", count);
        if (!settings.TellsNames) return;
        json.WriteString("summary", Cut(notification.Subject));
        if (told.Person is not { } person) return;
        json.WriteStartObject("person");
        json.WriteString("login", Cut(person.Login));
        json.WriteString("email", Cut(person.Email));
        json.WriteString("name", Cut(person.Name));
        json.WriteEndObject();
    });

    /// <summary>The whole of it, the same at each attempt.</summary>
    /// <param name="message">As <see cref="WebhookChannel.Write"/> made it.</param>
    /// <param name="putAt">When it was put into the outbox.</param>
    public static byte[] Of(OutgoingMessage message, DateTimeOffset putAt) => Encoding.ASCII.GetBytes(Written(json =>
    {
        json.WriteString("type", message.Subject);
        json.WriteString("timestamp", UtcStamp.Write(putAt));
        json.WritePropertyName("data");
        json.WriteRawValue(message.Text);
    }));

    /// <summary>
    /// The other side knows by it what it was given twice. Made of the message's key, which may hold a person's uid and can not be read
    /// from it.
    /// </summary>
    internal static string IdOf(string key, WebhookSettings settings) => "msg_" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Origin(settings)}\n{settings.Daemon}\n{key}")).AsSpan(0, 16));

    /// <summary>Tells the installations of one receiver apart.</summary>
    private static string Origin(WebhookSettings settings) => settings.Tenant.Length > 0 ? settings.Tenant : settings.Host;

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(bytes.WrittenSpan);
    }

    private static string Word<T>(T value)
        where T : struct, Enum =>
        value.ToString().ToLowerInvariant();

    private static string Cut(string text) => Text.UntrustedText.Visible(text, MostOfAName);
}
