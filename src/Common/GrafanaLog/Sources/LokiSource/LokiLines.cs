using System.Buffers;
using System.Text.Json;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;

namespace Athena.Common.GrafanaLog.Sources.LokiSource;

/// <summary>
/// Makes Grafana's lines of entries, whatever whoever shipped them put round them: nothing, what docker's json-file driver or a container
/// runtime (CRI) writes, or the journal's fields as JSON, as Alloy sends them with format_as_json (docs/loki.md). Lines that were cut into
/// pieces on the way are joined.
/// </summary>
internal sealed class LokiLines
{
    /// <summary>More streams that are all in the middle of a line are no ordinary life; what is known of them is given up.</summary>
    private const int MostBegun = 64;

    private readonly Dictionary<string, LongLine> begun = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> text = new(4096);

    /// <summary>Hands out the lines that an entry ends; none while a line goes on in the next.</summary>
    public void Take(LokiStream stream, ReadOnlySpan<byte> entry, LineHandler onLine)
    {
        var line = Unwrap(entry, out var isPiece);
        if (isPiece || begun.Count > 0)
        {
            if (!begun.Remove(stream.Key, out var whole) && isPiece) whole = new LongLine();
            whole?.Add(line);
            if (isPiece)
            {
                if (begun.Count >= MostBegun) begun.Clear();
                begun[stream.Key] = whole!;
                return;
            }

            if (whole is not null) line = whole.Finish();
        }

        // Grafana's logger writes no line end into a line; another program does.
        foreach (var range in line.Split((byte)'\n'))
        {
            var one = line[range].TrimEnd((byte)'\r');
            if (!one.IsEmpty) onLine(one.Length > LogFile.MaxLine ? JournalLines.FirstBytes(one) : one);
        }
    }

    private ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> entry, out bool isPiece)
    {
        isPiece = false;
        if (entry.StartsWith("{\"log\":\""u8) && Field(entry, "log"u8, "stream"u8) is { IsEmpty: false } log)
        {
            isPiece = log[^1] != '\n';
            return isPiece ? log : log[..^1];
        }

        if (entry.StartsWith("{\""u8) && entry.IndexOf("\"MESSAGE\":"u8) >= 0
            && Field(entry, "MESSAGE"u8, "_"u8) is { IsEmpty: false } message)
            return message;
        return IsOfContainerRuntime(entry, out var begin, out isPiece) ? entry[begin..] : entry;
    }

    /// <summary>
    /// A field of an object that has another field beside it, whose name begins so; empty when it is no such object. What Grafana itself
    /// writes as JSON has neither.
    /// </summary>
    private ReadOnlySpan<byte> Field(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> beside)
    {
        text.ResetWrittenCount();
        var isBeside = false;
        try
        {
            var json = new Utf8JsonReader(entry);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = json.ValueTextEquals(name);
                isBeside |= json.ValueSpan.StartsWith(beside);
                json.Read();
                if (isIt && json.TokenType == JsonTokenType.String && text.WrittenCount == 0)
                    text.Advance(json.CopyString(text.GetSpan(Math.Max(json.ValueSpan.Length, 1))));
                else json.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return [];
        }

        return isBeside ? text.WrittenSpan : [];
    }

    /// <summary><c>2026-11-21T01:20:55.855789494Z stdout F </c> before the line; <c>P</c> is a piece of it.</summary>
    private static bool IsOfContainerRuntime(ReadOnlySpan<byte> entry, out int begin, out bool isPiece)
    {
        (begin, isPiece) = (0, false);
        var first = entry.IndexOf((byte)' ');
        if (first is < 20 or > 40 || !char.IsAsciiDigit((char)entry[0]) || entry[10] != 'T') return false;
        var rest = entry[(first + 1)..];
        if (!rest.StartsWith("stdout "u8) && !rest.StartsWith("stderr "u8)) return false;
        var tag = rest["stdout ".Length..];
        if (tag.Length < 2 || tag[0] is not ((byte)'F' or (byte)'P') || tag[1] is not ((byte)' ' or (byte)':')) return false;
        var end = tag.IndexOf((byte)' ');
        if (end < 0) return false;
        (begin, isPiece) = (entry.Length - tag.Length + end + 1, tag[0] == 'P');
        return true;
    }
}
