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

/// <summary>
/// Grafana's settings where Grafana itself does not tell them to us: what its file sets, and for all else what is in force there without
/// it. What the environment sets instead (<c>GF_…</c>) cannot be seen so.
/// </summary>
public static class ServerSettingsFile
{
    /// <summary>Where the packages of Grafana put it.</summary>
    public const string Usual = "/etc/grafana/grafana.ini";

    /// <summary>Where a setting of Grafana is put right, for advice: <c>the section [users] of /etc/grafana/grafana.ini</c>.</summary>
    public static string Section(string name) => $"the section [{name}] of {Usual}";

    /// <summary>Of conf/defaults.ini of Grafana 12, for the keys that we ask for.</summary>
    private static readonly (string Section, string Key, string Value)[] Defaults =
    [
        ("server", "protocol", "http"), ("server", "http_addr", ""), ("server", "root_url", ""),
        ("database", "type", "sqlite3"), ("database", "host", "127.0.0.1:3306"), ("database", "url", ""),
        ("database", "ssl_mode", "disable"),
        ("security", "disable_brute_force_login_protection", "false"), ("security", "cookie_secure", "false"),
        ("security", "cookie_samesite", "lax"),
        ("auth.basic", "enabled", "true"), ("auth.basic", "password_policy", "false"), ("auth.anonymous", "enabled", "false"),
        ("auth", "login_maximum_inactive_lifetime_duration", ""), ("auth", "login_maximum_lifetime_duration", ""),
        ("auth", "token_rotation_interval_minutes", "10"),
        ("public_dashboards", "enabled", "true"), ("emails", "welcome_email_on_sign_up", "false"),
        ("log.file", "log_rotate", "true"), ("log.file", "max_days", "7"),
    ];

    /// <summary>Null when it cannot be read; <paramref name="problem"/> then says why, a phrase.</summary>
    public static ServerSettings? Read(string path, out string? problem)
    {
        try
        {
            problem = null;
            var given = ServerSettings.OfFile(File.ReadAllText(path)).Sections;
            return new ServerSettings(Defaults.Select(one => one.Section).Concat(given.Keys).Distinct()
                .ToDictionary(section => section, section => Merged(section, given.GetValueOrDefault(section))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = File.Exists(path) ? $"{path} may not be read" : $"there is no {path}";
            return null;
        }
    }

    /// <summary>What stands elsewhere is not known; and only what is not mentioned has its default.</summary>
    private static IReadOnlyDictionary<string, string> Merged(string section, IReadOnlyDictionary<string, string>? given)
    {
        var merged = Defaults.Where(one => one.Section == section)
            .ToDictionary(one => one.Key, one => one.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in given ?? new Dictionary<string, string>())
            if (ServerSettings.IsElsewhere(value)) merged.Remove(key);
            else merged[key] = value;
        return merged;
    }
}

/// <summary>What the server counts of itself.</summary>
/// <param name="ActiveSessions">Sessions that are open.</param>
public sealed record ServerStatistics(long ActiveSessions);
