using System.Text;

namespace Athena.Common.Settings;

/// <summary>Sets keys in a settings file and leaves all else as it is, byte for byte. Pure.</summary>
internal static class SettingsEdit
{
    /// <summary>
    /// Each key takes the place of its own line, of the line of a fresh file that only shows it (<c>#SMTP_USER=</c>), or comes last.
    /// </summary>
    /// <exception cref="IOException">A value cannot be written so that systemd reads it as it is.</exception>
    public static string Set(string text, IReadOnlyList<KeyValuePair<string, string>> values, string why)
    {
        var lines = text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n').ToList();
        var behind = new List<string>();
        foreach (var (key, value) in values)
        {
            var line = $"{key}={Quote(value)}";
            var at = lines.FindLastIndex(l => l.StartsWith(key + "=", StringComparison.Ordinal));
            if (at < 0) at = lines.FindIndex(l => l.StartsWith($"#{key}=", StringComparison.Ordinal));
            if (at >= 0) lines[at] = line;
            else behind.Add(line);
        }

        if (behind.Count > 0) lines.AddRange(["", "# " + why, .. behind]);
        var edited = string.Join('\n', lines) + "\n";
        var read = EnvironmentFile.Parse(edited).Entries;
        foreach (var (key, value) in values)
        {
            if (read.LastOrDefault(e => e.Key == key)?.Value != value)
                throw new IOException($"{key} cannot be written into the settings so that systemd reads it as it is: fill it in by hand.");
        }

        return edited;
    }

    /// <summary>As systemd reads it (systemd.exec(5), EnvironmentFile=): plain where that is safe, else in quotes.</summary>
    internal static string Quote(string value)
    {
        if (value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@' or ':' or '/' or '+' or ','))
            return value;
        if (!value.Contains('\'')) return $"'{value}'";

        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            if (c is '"' or '\\' or '`' or '$') quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
