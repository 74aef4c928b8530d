using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Athena.Sandbox.GrafanaLog;

/// <summary>Formats log lines as Grafana does (docs/grafana.md §1); pure.</summary>
internal static class LineWriter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line with its final newline, as UTF-8.</summary>
    /// <param name="offset">the server's offset from UTC; zero is written as Z</param>
    public static byte[] Format(LogEntry entry, LogFormat format, TimeSpan offset) =>
        format == LogFormat.Json ? ToJson(entry, offset) : Encoding.UTF8.GetBytes(ToText(entry, offset));

    /// <summary>
    /// RFC 3339 with the fraction that Go prints: up to nine digits, zeros at the end cut, none at all for a whole second.
    /// </summary>
    public static string Timestamp(DateTimeOffset at, TimeSpan offset)
    {
        var local = at.ToOffset(offset);
        var fraction = (local.Ticks % TimeSpan.TicksPerSecond).ToString("D7", CultureInfo.InvariantCulture).TrimEnd('0');
        var zone = offset == TimeSpan.Zero ? "Z" : local.ToString("zzz", CultureInfo.InvariantCulture);
        return local.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + (fraction.Length > 0 ? "." + fraction : "") + zone;
    }

    /// <summary>Go's way to print a duration: <c>580.5µs</c>, <c>22.71326ms</c>, <c>1.5s</c> (under a minute here).</summary>
    public static string Duration(TimeSpan elapsed)
    {
        var nanoseconds = elapsed.Ticks * 100m;
        return nanoseconds switch
        {
            0 => "0s",
            < 1_000 => Number(nanoseconds) + "ns",
            < 1_000_000 => Number(nanoseconds / 1_000) + "µs",
            < 1_000_000_000 => Number(nanoseconds / 1_000_000) + "ms",
            _ => Number(nanoseconds / 1_000_000_000) + "s",
        };

        static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
    }

    private static string ToText(LogEntry entry, TimeSpan offset)
    {
        var line = new StringBuilder(320).Append("logger=").Append(entry.Logger);
        Append(line, entry.Context);
        line.Append(" t=").Append(Timestamp(entry.At, offset)).Append(" level=").Append(entry.Level).Append(" msg=");
        AppendValue(line, entry.Message);
        Append(line, entry.Fields);
        return line.Append('\n').ToString();
    }

    private static void Append(StringBuilder line, IReadOnlyList<KeyValuePair<string, object>> pairs)
    {
        foreach (var (key, value) in pairs)
        {
            line.Append(' ').Append(key).Append('=');
            if (value is string text) AppendValue(line, text);
            else line.Append(CultureInfo.InvariantCulture, $"{value}");
        }
    }

    private static void AppendValue(StringBuilder line, string value)
    {
        if (value == "null" || value.AsSpan().ContainsAnyInRange('\0', ' ') || value.AsSpan().ContainsAny("=\"\u007f\ufffd"))
            AppendQuoted(line, value);
        else line.Append(value);
    }

    private static void AppendQuoted(StringBuilder line, string value)
    {
        line.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => line.Append('\\').Append(c),
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                < ' ' => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                '\ufffd' => line.Append("\\ufffd"),
                _ => line.Append(c),
            };
        }

        line.Append('"');
    }

    private static byte[] ToJson(LogEntry entry, TimeSpan offset)
    {
        var all = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["logger"] = entry.Logger,
            ["t"] = Timestamp(entry.At, offset),
            ["level"] = entry.Level,
            ["msg"] = entry.Message,
        };
        foreach (var (key, value) in entry.Context.Concat(entry.Fields)) all[key] = value;
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            foreach (var (key, value) in all)
            {
                json.WritePropertyName(key);
                JsonSerializer.Serialize(json, value, value.GetType());
            }

            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }
}
