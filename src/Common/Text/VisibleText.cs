using System.Buffers;
using System.Globalization;
using System.Text;

namespace Athena.Common.Text;

/// <summary>
/// Makes what cannot be seen visible. Logins, names and paths are chosen by strangers (docs/grafana.md §1): a line end in one must not
/// forge a log line, and a right-to-left override must not turn a name around. Pure.
/// </summary>
public static class VisibleText
{
    // C0, DEL and C1 controls; soft hyphen; zero-width, bidirectional and invisible format characters; line and paragraph separators.
    private static readonly SearchValues<char> Unseen = SearchValues.Create(
        string.Concat(
            Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Append(0xAD).Append(0x061C).Append(0x180E)
                .Concat(Enumerable.Range(0x200B, 5)).Concat(Enumerable.Range(0x2028, 7)).Concat(Enumerable.Range(0x2060, 16))
                .Append(0xFEFF).Concat(Enumerable.Range(0xFFF9, 3))
                .Concat(Enumerable.Range(0xD800, 0x800))
                .Select(c => (char)c)));

    /// <summary>
    /// <paramref name="text"/> with each unseen character written as <c>\n</c>, <c>\r</c>, <c>\t</c> or <c>\u202E</c>. Backslashes stay
    /// as they are: the result is for reading, not for decoding. Unpaired surrogates and the tag characters (U+E0000…) are shown, too.
    /// </summary>
    public static string Escape(string text)
    {
        var first = text.AsSpan().IndexOfAny(Unseen);
        if (first < 0)
            return text;

        var seen = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                var rune = new Rune(c, text[++i]);
                if (rune.Value is >= 0xE0000 and <= 0xE0FFF)
                    seen.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
                else
                    seen.Append(c).Append(text[i]);
            }
            else if (Unseen.Contains(c))
            {
                _ = c switch
                {
                    '\n' => seen.Append("\\n"),
                    '\r' => seen.Append("\\r"),
                    '\t' => seen.Append("\\t"),
                    _ => seen.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                };
            }
            else
            {
                seen.Append(c);
            }
        }

        return seen.ToString();
    }
}
