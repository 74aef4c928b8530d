using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Athena.Common.Text;

/// <summary>
/// JSON that people read as well. All but printable ASCII stays escaped, whatever the terminal would make of it; but a plus in a time and
/// an apostrophe in a name need not be, and are in what .NET writes, which thinks of web pages. Pure.
/// </summary>
public static partial class JsonText
{
    /// <summary>On one line.</summary>
    public static string ToText(this JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Readable(node.ToJsonString());
    }

    /// <summary>The same JSON with <c>+ ' &amp; &lt; &gt; `</c> as they are.</summary>
    public static string Readable(string json) => Needless().Replace(
        json, match => match.Groups[1].Value + (char)Convert.ToInt32(match.Groups[2].Value, 16));

    /// <summary>Behind an even number of backslashes, each two of which are one that was meant.</summary>
    [GeneratedRegex(@"((?<!\\)(?:\\\\)*)\\u(002B|0027|0026|003C|003E|0060)")]
    private static partial Regex Needless();
}
