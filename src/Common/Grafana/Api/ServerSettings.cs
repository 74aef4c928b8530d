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
}
