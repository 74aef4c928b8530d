using System.Text.RegularExpressions;

namespace Athena.Common.Notify.Documents;

/// <summary>
/// Words of this machine that a reader copies or searches for, and that lead no mail client anywhere: a path of the file system, a unit of
/// systemd, a value of <c>LOG</c>, a version, a permission of Grafana, a code of SQL, this machine's own address. Pure.
/// </summary>
internal static partial class MachineWord
{
    private const int Longest = 160;

    private static readonly string[] Roots = ["/etc/", "/var/", "/usr/", "/run/", "/opt/", "/srv/", "/tmp/"];
    private static readonly string[] Suffixes = [".service", ".timer"];
    private static readonly string[] Leads = ["LOG=", "file:", "journal:"];

    /// <summary>Signs of a sentence round a word.</summary>
    private static readonly char[] Round = ['.', ',', ';', ':', '(', ')', '\'', '"'];

    /// <summary>Whether a word, with the signs of the sentence round it, is one of these and nothing else.</summary>
    public static bool Is(string word)
    {
        var bare = word.AsSpan().Trim(Round);
        if (bare.Length is 0 or > Longest) return false;
        foreach (var lead in Leads)
            if (bare.StartsWith(lead, StringComparison.Ordinal)) bare = bare[lead.Length..];
        return IsPath(bare) || IsUnit(bare) || Known().IsMatch(bare);
    }

    // At the root of this machine alone: a longer address could have an effect there.
    [GeneratedRegex("""
        \A(?:
            [0-9]{1,3}\.[0-9]{1,3}(?:\.[0-9]{1,3})?                                                 # a version
          | [0-9A-Z]{5}                                                                            # SQLSTATE
          | https?://(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?/?
          | (?:users|users\.authtoken|users\.permissions|org\.users|orgs|serviceaccounts|settings|dashboards):[a-z]{1,20}
          | state(?:\.previous)?\.json|audit\.jsonl
        )\z
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Known();

    /// <summary>Nothing in it that could part a host from a path: neither <c>//</c> nor <c>:</c> nor <c>@</c>.</summary>
    private static bool IsPath(ReadOnlySpan<char> word)
    {
        if (word.Contains("//", StringComparison.Ordinal) || !All(word, "/._-+")) return false;
        foreach (var root in Roots)
            if (word.StartsWith(root, StringComparison.Ordinal)) return true;
        return false;
    }

    private static bool IsUnit(ReadOnlySpan<char> word)
    {
        foreach (var suffix in Suffixes)
            if (word.EndsWith(suffix, StringComparison.Ordinal) && word.Length > suffix.Length && All(word[..^suffix.Length], "-_"))
                return true;
        return false;
    }

    private static bool All(ReadOnlySpan<char> word, string signs)
    {
        foreach (var c in word)
            if (!char.IsAsciiLetterOrDigit(c) && !signs.Contains(c)) return false;
        return true;
    }
}
