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
