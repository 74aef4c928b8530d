using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Sandbox.Mail;

/// <summary>
/// Reads a mail into its parts: folding, multipart (RFC 2046), quoted-printable and base64 (RFC 2045), encoded words (RFC 2047).
/// Lenient, as a mail program is: what it does not understand it shows as it is. Pure.
/// </summary>
public static partial class MimeReader
{
    private const int DeepestNesting = 10;

    public static MimePart Read(ReadOnlySpan<byte> raw) => Read(raw, 0);

    /// <summary>A parameter of a structured header, unquoted; empty when it is not there.</summary>
    public static string Parameter(string header, string name)
    {
        foreach (Match match in ParameterPattern().Matches(header))
            if (match.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return match.Groups["quoted"].Success
                    ? match.Groups["quoted"].Value.Replace("\\\"", "\"", StringComparison.Ordinal)
                    : match.Groups["bare"].Value;

        return "";
    }

    /// <summary>Encoded words decoded; blanks between two of them vanish (RFC 2047 §6.2).</summary>
    public static string DecodeWords(string text)
    {
        var joined = BetweenWords().Replace(text, "$1");
        return Word().Replace(joined, match =>
        {
            var content = match.Groups["text"].Value;
            var bytes = match.Groups["encoding"].Value.Equals("B", StringComparison.OrdinalIgnoreCase)
                ? Base64(Encoding.ASCII.GetBytes(content))
                : QuotedPrintable(Encoding.ASCII.GetBytes(content.Replace('_', ' ')));
            return Charset(match.Groups["charset"].Value.Split('*')[0]).GetString(bytes);
        });
    }

    internal static Encoding Charset(string name) => name.ToLowerInvariant() switch
    {
        "iso-8859-1" or "latin1" or "windows-1252" => Encoding.Latin1,
        "utf-16" => Encoding.Unicode,
        _ => Encoding.UTF8,
    };

    private static MimePart Read(ReadOnlySpan<byte> raw, int depth)
    {
        var headers = Headers(raw, out var body);
        var part = new MimePart(headers, [], []);
        var boundary = Parameter(part.Header("Content-Type"), "boundary");
        if (depth < DeepestNesting && boundary.Length > 0 && part.MediaType.StartsWith("multipart/", StringComparison.Ordinal))
            return part with { Parts = Split(body, boundary, depth) };
        return part with
        {
            Content = part.Header("Content-Transfer-Encoding").Trim().ToLowerInvariant() switch
            {
                "base64" => Base64(body),
                "quoted-printable" => QuotedPrintable(body),
                _ => body.ToArray(),
            },
        };
    }

    private static List<KeyValuePair<string, string>> Headers(ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> body)
    {
        var headers = new List<KeyValuePair<string, string>>();
        body = [];
        while (!raw.IsEmpty)
        {
            var line = TakeLine(ref raw);
            if (line.IsEmpty)
            {
                body = raw;
                break;
            }

            var text = Encoding.UTF8.GetString(line);
            if (text[0] is ' ' or '\t' && headers.Count > 0)
            {
                headers[^1] = new(headers[^1].Key, headers[^1].Value + text);
                continue;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) headers.Add(new(text[..colon].TrimEnd(), text[(colon + 1)..].TrimStart()));
        }

        return [.. headers.Select(h => new KeyValuePair<string, string>(h.Key, DecodeWords(h.Value)))];
    }

    private static List<MimePart> Split(ReadOnlySpan<byte> body, string boundary, int depth)
    {
        var delimiter = Encoding.UTF8.GetBytes("--" + boundary);
        var parts = new List<MimePart>();
        var rest = body;
        var start = -1;
        while (!rest.IsEmpty)
        {
            var at = body.Length - rest.Length;
            var line = TakeLine(ref rest);
            if (!line.StartsWith(delimiter)) continue;
            var tail = line[delimiter.Length..].Trim(" \t"u8);
            if (!tail.IsEmpty && !tail.SequenceEqual("--"u8)) continue;
            if (start >= 0) parts.Add(Read(WithoutLastLineEnd(body[start..at]), depth + 1));
            start = body.Length - rest.Length;
            if (!tail.IsEmpty) break;
        }

        return parts;
    }

    /// <summary>The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).</summary>
    private static ReadOnlySpan<byte> WithoutLastLineEnd(ReadOnlySpan<byte> part) =>
        part.EndsWith("\r\n"u8) ? part[..^2] : part.EndsWith("\n"u8) ? part[..^1] : part;

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line.TrimEnd((byte)'\r');
    }

    private static byte[] Base64(ReadOnlySpan<byte> encoded)
    {
        var text = new string([.. Encoding.ASCII.GetString(encoded).Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=')]);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : encoded.ToArray();
    }

    private static byte[] QuotedPrintable(ReadOnlySpan<byte> encoded)
    {
        using var decoded = new MemoryStream(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '=')
            {
                decoded.WriteByte(encoded[i]);
            }
            else if (i + 2 < encoded.Length && encoded[i + 1] == '\r' && encoded[i + 2] == '\n')
            {
                i += 2;
            }
            else if (i + 1 < encoded.Length && encoded[i + 1] == '\n')
            {
                i++;
            }
            else if (i + 2 < encoded.Length
                && byte.TryParse(encoded.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                decoded.WriteByte(value);
                i += 2;
            }
            else
            {
                decoded.WriteByte(encoded[i]);
            }
        }

        return decoded.ToArray();
    }

    [GeneratedRegex("""[;\s](?<name>[^\s;=]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s;]+))""")]
    private static partial Regex ParameterPattern();

    [GeneratedRegex("""=\?(?<charset>[^?\s]+)\?(?<encoding>[bBqQ])\?(?<text>[^?\s]*)\?=""")]
    private static partial Regex Word();

    [GeneratedRegex("""(\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)""")]
    private static partial Regex BetweenWords();
}
