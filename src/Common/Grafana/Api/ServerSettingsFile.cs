namespace Athena.Common.Grafana.Api;

/// <summary>
/// Grafana's settings where Grafana itself does not tell them to us: what its file sets, and for all else what is in force there without
/// it. What the environment sets instead (<c>GF_…</c>) cannot be seen so.
/// </summary>
public static class ServerSettingsFile
{
    /// <summary>Where the packages of Grafana put it.</summary>
    public const string Usual = "/etc/grafana/grafana.ini";

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
