using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Athena.Common.Text;

namespace Athena.Common.State.Audit;

/// <summary>The written form of audit lines. Pure.</summary>
internal static class AuditLine
{
    /// <summary>No line is longer; a fact is cut, with a mark, long before.</summary>
    public const int FactLimit = 4096;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Text as it may stand in the audit: nothing unseen, no lone surrogate, not endless.</summary>
    public static string Clean(string text)
    {
        if (text.Length > FactLimit)
            text = string.Concat(text.AsSpan(0, FactLimit), "… (cut)");
        return VisibleText.Escape(text);
    }

    public static byte[] Write(AuditRecord record)
    {
        using var stream = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(stream, Writing))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", record.Seq);
            json.WriteString("at", record.At);
            json.WriteString("event", record.Event);
            json.WriteString("case", record.Case);
            json.WriteString("verdict", record.Verdict);
            if (record is { Facts: { } facts, Salt: { } salt })
            {
                json.WriteStartObject("facts");
                foreach (var (name, value) in facts)
                    json.WriteString(name, value);
                json.WriteEndObject();
                json.WriteString("salt", salt);
            }

            json.WriteString("factsHash", record.FactsHash);
            json.WriteString("prev", record.Previous);
            json.WriteString("hash", record.Hash);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    public static byte[] Write(AuditAnchor anchor) => Encoding.ASCII.GetBytes($"{{\"anchor\":{anchor.Seq},\"hash\":\"{anchor.Hash}\"}}\n");

    /// <summary>
    /// A record, an anchor, or neither. Reads only what <see cref="Write(AuditRecord)"/> writes: any other byte is tampering.
    /// </summary>
    public static (AuditRecord? Record, AuditAnchor? Anchor) Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref json);
            var root = document.RootElement;
            if (root.TryGetProperty("anchor", out var anchored))
            {
                var anchor = new AuditAnchor(anchored.GetInt64(), Text(root, "hash"));
                return Same(line, Write(anchor)) ? (null, anchor) : default;
            }

            var facts = root.TryGetProperty("facts", out var f)
                ? f.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)).ToList()
                : null;
            var record = new AuditRecord(
                root.GetProperty("seq").GetInt64(), Text(root, "at"), Text(root, "event"), Text(root, "case"), Text(root, "verdict"),
                facts is null ? null : Text(root, "salt"),
                facts is null ? null : new OrderedDictionary<string, string>(facts),
                Text(root, "factsHash"), Text(root, "prev"), Text(root, "hash"));
            return Same(line, Write(record)) ? (record, null) : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or ArgumentException)
        {
            return default;
        }
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? throw new FormatException();

    private static bool Same(ReadOnlySpan<byte> line, ReadOnlySpan<byte> written) => line.TrimEnd((byte)'\n').SequenceEqual(written[..^1]);
}

/// <summary>
/// The record for others: every entry without its facts, in which names are, each on a line. packaging/deb/verify-audit.py finds whatever
/// was changed in it.
/// </summary>
public static class AuditExport
{
    /// <summary>UTF-8, ended by a line feed.</summary>
    public static byte[] Line(AuditRecord record) => AuditLine.Write(record.WithoutFacts());
}
