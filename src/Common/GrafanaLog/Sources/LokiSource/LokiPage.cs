using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Athena.Common.GrafanaLog.Sources.LokiSource;

/// <summary>
/// The entries of one answer of Loki, in the order of their time: of a range, or one frame of the tail (docs/loki.md). Used again for the
/// next one, so that what is read by the million takes the memory of one page.
/// </summary>
internal sealed class LokiPage
{
    /// <summary>
    /// A label of these says which node wrote a line. No other label does: Loki adds some of its own, and others from one answer to the
    /// next.
    /// </summary>
    public static readonly string[] NodeLabels = ["host", "hostname", "node", "nodename", "instance"];

    /// <summary>These tell, beside the node, whose begun line goes on.</summary>
    private static readonly string[] StreamLabels = ["pod", "container", "container_name", "filename", "stream"];

    /// <summary>Whoever may push can invent labels without end.</summary>
    private const int MostStreams = 1024;

    private static readonly LokiStream Other = new("", "");

    private readonly Dictionary<string, LokiStream> streams = new(StringComparer.Ordinal);
    private readonly List<LokiEntry> entries = [];
    private readonly ArrayBufferWriter<byte> text = new(256 * 1024);

    /// <summary>In order.</summary>
    public ReadOnlySpan<LokiEntry> Entries => CollectionsMarshal.AsSpan(entries);

    /// <summary>Entries that Loki left out of the tail because we were too slow for it.</summary>
    public int Dropped { get; private set; }

    /// <summary>The earliest of them, in nanoseconds since 1970.</summary>
    public long DroppedFrom { get; private set; }

    /// <summary>Valid until the next page is read.</summary>
    public ReadOnlySpan<byte> Line(in LokiEntry entry) => text.WrittenSpan.Slice(entry.Start, entry.Length);

    /// <exception cref="JsonException">It is no answer of Loki.</exception>
    public void Read(ReadOnlySpan<byte> body)
    {
        entries.Clear();
        text.ResetWrittenCount();
        (Dropped, DroppedFrom) = (0, 0);
        var json = new Utf8JsonReader(body);
        Expect(ref json, JsonTokenType.StartObject);
        ReadObject(ref json);
        entries.Sort();
    }

    private void ReadObject(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isData = json.ValueTextEquals("data"u8);
            var isStreams = json.ValueTextEquals("result"u8) || json.ValueTextEquals("streams"u8);
            var isDropped = json.ValueTextEquals("dropped_entries"u8);
            if (!json.Read()) throw new JsonException();
            if (isData && json.TokenType == JsonTokenType.StartObject) ReadObject(ref json);
            else if (isStreams && json.TokenType == JsonTokenType.StartArray) ReadStreams(ref json);
            else if (isDropped && json.TokenType == JsonTokenType.StartArray) ReadDropped(ref json);
            else json.Skip();
        }
    }

    private void ReadStreams(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            var (stream, first) = (Other, entries.Count);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (isLabels, isValues) = (json.ValueTextEquals("stream"u8), json.ValueTextEquals("values"u8));
                if (!json.Read()) throw new JsonException();
                if (isLabels && json.TokenType == JsonTokenType.StartObject) stream = ReadLabels(ref json);
                else if (isValues && json.TokenType == JsonTokenType.StartArray) ReadValues(ref json);
                else json.Skip();
            }

            // The labels may come behind the values.
            foreach (ref var entry in CollectionsMarshal.AsSpan(entries)[first..]) entry.Stream = stream;
        }
    }

    private LokiStream ReadLabels(ref Utf8JsonReader json)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref json, NodeLabels) ?? NameOf(ref json, StreamLabels);
            if (!json.Read()) throw new JsonException();
            if (name is not null && json.TokenType == JsonTokenType.String) found[name] = Text(ref json);
            else json.Skip();
        }

        var node = NodeOf(found);
        var key = string.Join('\0', StreamLabels.Select(label => found.GetValueOrDefault(label, "")).Prepend(node));
        if (streams.TryGetValue(key, out var known)) return known;
        return streams.Count < MostStreams ? streams[key] = new LokiStream(node, key) : Other;
    }

    /// <summary>Empty where no label tells.</summary>
    public static string NodeOf(IReadOnlyDictionary<string, string> labels) =>
        NodeLabels.Select(label => labels.GetValueOrDefault(label, "")).FirstOrDefault(node => node.Length > 0, "");

    private void ReadValues(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            Expect(ref json, JsonTokenType.String);
            if (!Utf8Parser.TryParse(json.ValueSpan, out long at, out var read) || read != json.ValueSpan.Length) throw new JsonException();
            Expect(ref json, JsonTokenType.String);
            var start = text.WrittenCount;
            var length = Take(ref json);
            entries.Add(new LokiEntry(at, entries.Count, start, length));
            while (json.Read() && json.TokenType != JsonTokenType.EndArray) json.Skip(); // Structured metadata.
        }
    }

    private int Take(ref Utf8JsonReader json)
    {
        var raw = json.ValueSpan;
        var room = text.GetSpan(Math.Max(raw.Length, 1));
        int length;
        try
        {
            length = json.CopyString(room); // Unescaped it is no longer.
        }
        catch (InvalidOperationException)
        {
            raw.CopyTo(room); // No UTF-8: such bytes stand in logs.
            length = raw.Length;
        }

        text.Advance(length);
        return length;
    }

    private void ReadDropped(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            Dropped++;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isTime = json.ValueTextEquals("timestamp"u8);
                if (!json.Read()) throw new JsonException();
                if (isTime && json.TokenType == JsonTokenType.String && Utf8Parser.TryParse(json.ValueSpan, out long at, out _))
                    DroppedFrom = DroppedFrom == 0 ? at : Math.Min(DroppedFrom, at);
                json.Skip();
            }
        }
    }

    private static string? NameOf(ref Utf8JsonReader json, string[] names)
    {
        foreach (var name in names)
            if (json.ValueTextEquals(name)) return name;
        return null;
    }

    private static string Text(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Encoding.Latin1.GetString(json.ValueSpan);
        }
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType token)
    {
        if (!json.Read() || json.TokenType != token) throw new JsonException();
    }
}

/// <summary>Whose entry it is.</summary>
/// <param name="Node">Of several that write to this log; empty where no label tells. What a label says is untrusted.</param>
/// <param name="Key">Tells streams apart as far as that matters.</param>
internal sealed record LokiStream(string Node, string Key);

/// <summary>One entry of a page.</summary>
/// <param name="at">In nanoseconds since 1970: mostly when the line was read by whoever pushed it, and not its own time.</param>
/// <param name="number">In the answer.</param>
/// <param name="start">Of its line in the page's text.</param>
/// <param name="length">Of its line, in bytes.</param>
internal struct LokiEntry(long at, int number, int start, int length) : IComparable<LokiEntry>
{
    public readonly long At => at;

    public readonly int Start => start;

    public readonly int Length => length;

    public LokiStream Stream { get; set; } = null!;

    /// <summary>By time, and as they came where it is the same.</summary>
    public readonly int CompareTo(LokiEntry other) => at != other.At ? at.CompareTo(other.At) : number.CompareTo(other.Number);

    private readonly int Number => number;
}
