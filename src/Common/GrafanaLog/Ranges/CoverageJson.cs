using System.Globalization;
using System.Text.Json;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// A window and its coverage as JSON for programs: a contract that the daemons share. Times in the offset of <c>TIMEZONE</c>. Pure.
/// </summary>
public static class CoverageJson
{
    /// <summary>The properties <c>window</c> and <c>coverage</c> of the object that is being written.</summary>
    public static void Write(Utf8JsonWriter json, Coverage coverage, TimeZoneInfo zone)
    {
        json.WriteStartObject("window");
        json.WriteString("from", Rfc3339(coverage.Window.From, zone));
        json.WriteString("to", Rfc3339(coverage.Window.To, zone));
        json.WriteEndObject();
        json.WriteStartObject("coverage");
        json.WriteBoolean("complete", coverage.IsComplete);
        json.WriteStartArray("gaps");
        foreach (var gap in coverage.Gaps)
        {
            json.WriteStartObject();
            json.WriteString("from", Rfc3339(gap.From, zone));
            json.WriteString("to", Rfc3339(gap.To, zone));
            json.WriteString("why", gap.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in coverage.Notes) json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteNumber("linesRead", coverage.LinesRead);
        json.WriteNumber("linesNotUnderstood", coverage.LinesNotUnderstood);
        json.WriteEndObject();
    }

    /// <summary>RFC 3339; a fraction only where there is one.</summary>
    public static string Rfc3339(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return local.ToString(
            local.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:sszzz" : "yyyy-MM-dd'T'HH:mm:ss.fffzzz",
            CultureInfo.InvariantCulture);
    }
}
