using System.Text.RegularExpressions;

namespace Athena.Sandbox.Contract;

/// <summary>
/// Other names for everything in the recordings, so that a replay can be repeated on a server that holds other people, and nothing can be
/// answered by heart. What makes a name hostile (blanks at its ends, line ends, quotes…) stays. Pure.
/// </summary>
/// <param name="tag">goes into each name: lower-case letters and digits</param>
internal sealed partial class Renaming(string tag)
{
    /// <summary>Grafana's columns of login and e-mail hold no more: a longer one is refused with 500.</summary>
    private const int Longest = 190;

    public string Of(string name)
    {
        if (name.Length == 0) return name;
        if (PlainAddress().IsMatch(name))
        {
            var at = name.IndexOf('@', StringComparison.Ordinal);
            return Shortened(name[..at], name.Length - at) + name[at..];
        }

        // What a database may cut off, blanks at the end or all behind a NUL, must not take the tag along: then two people had one name.
        return char.IsWhiteSpace(name[^1]) || name.Contains('\0', StringComparison.Ordinal) ? $"{tag}-{name}" : Shortened(name, 0);
    }

    private string Shortened(string name, int rest) => $"{name[..Math.Min(name.Length, Longest - tag.Length - 1 - rest)]}-{tag}";

    [GeneratedRegex("^[A-Za-z0-9.-]+@[A-Za-z0-9.]+$")]
    private static partial Regex PlainAddress();
}
