using System.Text;
using System.Text.Json.Nodes;

namespace Athena.Common.Text;

/// <summary>
/// JSON that people read as well. All but printable ASCII stays escaped, whatever the terminal would make of it; but a plus in a time and
/// an apostrophe in a name need not be, and are in what .NET writes, which thinks of web pages. Pure.
/// </summary>
public static class JsonText
{
    /// <summary>Of <c>\u002B</c>.</summary>
    private const int EscapeLength = 6;

    /// <summary>On one line.</summary>
    public static string ToText(this JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Readable(node.ToJsonString());
    }

    /// <summary>The same JSON with <c>+ ' &amp; &lt; &gt; `</c> as they are.</summary>
    public static string Readable(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var text = new StringBuilder();
        var done = 0;
        for (var at = json.IndexOf('\\'); at >= 0 && at + 1 < json.Length; at = json.IndexOf('\\', at))
        {
            if (Needless(json.AsSpan(at)) is { } sign)
            {
                text.Append(json, done, at - done).Append(sign);
                done = at += EscapeLength;
            }
            else
            {
                at += 2; // Also of two backslashes, which are one that was meant.
            }
        }

        return done == 0 ? json : text.Append(json, done, json.Length - done).ToString();
    }

    private static char? Needless(ReadOnlySpan<char> escape) =>
        escape.Length < EscapeLength || escape[1] != 'u' ? null : escape[2..EscapeLength] switch
        {
            "002B" => '+',
            "0027" => '\'',
            "0026" => '&',
            "003C" => '<',
            "003E" => '>',
            "0060" => '`',
            _ => null,
        };
}
