using System.Buffers.Text;
using System.Text;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// The inside of a quoted value. Grafana's logfmt writer quotes as JSON does, so one decoder serves both formats (docs/grafana.md §1):
/// <c>\\ \" \n \r \t \uXXXX</c>, and <c>\/ \b \f</c>, which only JSON knows.
/// </summary>
internal static class EscapedText
{
    private const int UnicodeEscapeLength = 6;

    /// <summary>Finds the quote that ends a value. <paramref name="text"/> begins behind the opening quote.</summary>
    /// <returns>Index of the closing quote, or -1 when there is none.</returns>
    public static int IndexOfClosingQuote(ReadOnlySpan<byte> text, out bool isEscaped)
    {
        isEscaped = false;
        int at = 0;
        while (true)
        {
            int found = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
                return -1;
            at += found;
            if (text[at] == '"')
                return at;

            // A backslash takes the next byte with it, whatever it is: an escaped quote cannot end the value.
            isEscaped = true;
            at += 2;
            if (at > text.Length)
                return -1;
        }
    }

    /// <summary>
    /// Decodes into <paramref name="destination"/>, which is at least as long as <paramref name="escaped"/>: no escape is shorter than what
    /// it stands for. An escape that nobody writes stays as it is; half a surrogate pair becomes U+FFFD.
    /// </summary>
    /// <returns>The number of bytes written.</returns>
    public static int Decode(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        int written = 0;
        while (true)
        {
            int run = escaped.IndexOf((byte)'\\');
            if (run < 0 || run == escaped.Length - 1)
            {
                escaped.CopyTo(destination[written..]);
                return written + escaped.Length;
            }

            escaped[..run].CopyTo(destination[written..]);
            written += run;
            escaped = escaped[run..];

            if (escaped[1] == 'u' && TryDecodeRune(escaped, out Rune rune, out int length))
            {
                written += rune.EncodeToUtf8(destination[written..]);
                escaped = escaped[length..];
                continue;
            }

            byte plain = escaped[1] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'"' or (byte)'\\' or (byte)'/' => escaped[1],
                _ => 0,
            };
            // Unknown: the backslash is copied alone and the next round goes on behind it.
            destination[written++] = plain == 0 ? (byte)'\\' : plain;
            escaped = escaped[(plain == 0 ? 1 : 2)..];
        }
    }

    private static bool TryDecodeRune(ReadOnlySpan<byte> escaped, out Rune rune, out int length)
    {
        rune = Rune.ReplacementChar;
        length = UnicodeEscapeLength;
        if (!TryReadUnit(escaped, out char unit))
            return false;
        if (Rune.TryCreate(unit, out Rune single))
        {
            rune = single;
        }
        else if (TryReadUnit(escaped[UnicodeEscapeLength..], out char low) && Rune.TryCreate(unit, low, out Rune pair))
        {
            rune = pair;
            length = 2 * UnicodeEscapeLength;
        }
        return true;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> escaped, out char unit)
    {
        unit = default;
        if (escaped.Length < UnicodeEscapeLength || escaped[0] != '\\' || escaped[1] != 'u')
            return false;
        bool isHex = Utf8Parser.TryParse(escaped.Slice(2, 4), out ushort value, out int used, 'x') && used == 4;
        unit = (char)value;
        return isHex;
    }
}
