using System.Globalization;
using System.Text.Json;

namespace Athena.Common.Notify.Alertmanager;

/// <summary>Alerts as Alertmanager takes them. Pure.</summary>
internal static class AlertJson
{
    /// <summary>One alert, and when it is over unless it is said again.</summary>
    internal sealed record Row(StandingAlert Alert, DateTimeOffset EndsAt);

    /// <summary>A list of <c>postableAlert</c>, in UTF-8. What is in the labels says which alert it is, so that stays the same.</summary>
    public static ReadOnlyMemory<byte> Write(IEnumerable<Row> rows, string daemon, AlertmanagerSettings settings)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var (alert, endsAt) in rows)
            {
                json.WriteStartObject();
                json.WriteStartObject("labels");
                json.WriteString("alertname", alert.Name);
                json.WriteString("severity", alert.Severity switch
                {
                    Severity.Info => "info",
                    Severity.Warning => "warning",
                    Severity.Critical => "critical",
                });
                json.WriteString("daemon", daemon);
                json.WriteString("tenant_id", settings.Tenant);
                json.WriteString("instance", settings.Instance);
                json.WriteEndObject();
                json.WriteStartObject("annotations");
                json.WriteString("summary", alert.Summary);
                json.WriteString("description", alert.Description);
                json.WriteString("runbook_url", $"{settings.Runbook}#{alert.Name.ToLowerInvariant()}");
                if (alert.Number is { } number) json.WriteString("alert_id", number);
                if (alert.AcknowledgedAt is { } at) json.WriteString("acknowledged", Rfc3339(at));
                json.WriteEndObject();
                json.WriteString("startsAt", Rfc3339(alert.Since));
                json.WriteString("endsAt", Rfc3339(endsAt));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return stream.ToArray();
    }

    private static string Rfc3339(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
