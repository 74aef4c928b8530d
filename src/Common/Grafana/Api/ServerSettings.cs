namespace Athena.Common.Grafana.Api;

/// <summary>
/// The server's own configuration as <c>/api/admin/settings</c> shows it: section → key → value, all as text.
/// Only a server administrator may read it.
/// </summary>
public sealed record ServerSettings(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Sections)
{
    /// <summary>The value, or null when the server does not name it.</summary>
    public string? this[string section, string key] =>
        Sections.TryGetValue(section, out var keys) && keys.TryGetValue(key, out var value) ? value : null;

    /// <summary>True or false as the server says it, null when it does not name the key.</summary>
    public bool? Flag(string section, string key) =>
        this[section, key] is { } value ? string.Equals(value, "true", StringComparison.OrdinalIgnoreCase) : null;

    /// <summary>
    /// What a <c>grafana.ini</c> sets, with the quoting that its own comments tell of; keys in whatever case. A comment begins at # or ;
    /// also behind a value, unless that is quoted. What Grafana looks up elsewhere stays as it stands: <c>$__env{X}</c>, <c>${X}</c>.
    /// </summary>
    public static ServerSettings OfFile(string text)
    {
        var sections = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var keys = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] is ';' or '#') continue;
            if (line is ['[', .., ']'])
            {
                var name = line[1..^1].Trim();
                keys = sections.TryGetValue(name, out var known)
                    ? (Dictionary<string, string>)known
                    : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                sections[name] = keys;
            }
            else if (line.Split('=', 2) is [var key, var value])
            {
                keys[key.Trim()] = Value(value.Trim());
            }
        }

        return new ServerSettings(sections);
    }

    /// <summary>Whether Grafana looks up a value of its file elsewhere, so that the file does not tell it.</summary>
    public static bool IsElsewhere(string value) =>
        value.StartsWith("$__", StringComparison.Ordinal) || value.StartsWith("${", StringComparison.Ordinal);

    private static string Value(string text)
    {
        foreach (var quote in (string[])["\"\"\"", "`", "\"", "'"])
        {
            if (text.StartsWith(quote, StringComparison.Ordinal)
                && text.IndexOf(quote, quote.Length, StringComparison.Ordinal) is > 0 and var end)
                return text[quote.Length..end];
        }

        var comment = text.IndexOfAny([';', '#']);
        return (comment < 0 ? text : text[..comment]).TrimEnd();
    }
}
