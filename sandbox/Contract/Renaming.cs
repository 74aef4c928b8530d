using System.Text.RegularExpressions;

namespace Athena.Sandbox.Contract;

/// <summary>
/// Other names for everything in the recordings, so that a replay can be repeated on a server that holds other people, and nothing can be
/// answered by heart. What makes a name hostile (blanks at its ends, line ends, quotes…) stays. Pure.
/// </summary>
/// <param name="tag">goes into each name: lower-case letters and digits</param>
internal sealed partial class Renaming(string tag)
{
    public string Of(string name)
    {
        if (name.Length == 0) return name;
        if (PlainAddress().IsMatch(name)) return name.Replace("@", $"-{tag}@", StringComparison.Ordinal);
        return char.IsWhiteSpace(name[^1]) ? $"{tag}-{name}" : $"{name}-{tag}";
    }

    [GeneratedRegex("^[A-Za-z0-9.-]+@[A-Za-z0-9.]+$")]
    private static partial Regex PlainAddress();
}
