using System.Text;
using Athena.Common.Files;

namespace Athena.Common.Settings;

/// <summary>The text of a settings file, read and written so that what is not ours stays byte for byte.</summary>
internal sealed class SettingsText(string path)
{
    /// <summary>One byte is one sign here, whatever the file's own encoding is: what is not ours comes out as it went in.</summary>
    private static readonly Encoding Bytes = Encoding.Latin1;

    public string Path { get; } = path;

    /// <summary>Where <c>/etc/default</c> is for this process.</summary>
    public static string FolderOf(SettingsSource source) => source.Environmental("ATHENA_DEFAULTS_DIR") ?? SettingsPlace.Folder;

    /// <summary>Empty when there is none.</summary>
    public string Read() => File.Exists(Path) ? File.ReadAllText(Path, Bytes) : "";

    /// <summary>Wholly or not at all, mode 0600.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Replace(string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);

        // Somebody may keep the file elsewhere and link to it.
        var target = File.Exists(Path) ? new FileInfo(Path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path : Path;
        PrivateFile.Replace(target, Bytes.GetBytes(text));
    }

    /// <summary>
    /// The text with <paramref name="values"/> set, see <see cref="SettingsEdit.Set"/>. Values are written as UTF-8, as systemd wants them.
    /// </summary>
    /// <exception cref="IOException">A value cannot be written so that systemd reads it as it is.</exception>
    public string With(IReadOnlyList<KeyValuePair<string, string>> values, string why) =>
        SettingsEdit.Set(
            Read(), [.. values.Select(pair => KeyValuePair.Create(pair.Key, Bytes.GetString(Encoding.UTF8.GetBytes(pair.Value))))], why);
}

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
        if (value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@' or ':' or '/' or '+' or ','))
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
