using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.Files;

namespace Athena.Common.Settings;

/// <summary>
/// A daemon's settings file while guards change: what is written into it can be taken back as long as the change is not done, also by the
/// next process, and only where nobody else wrote meanwhile. Both files hold secrets: 0600.
/// </summary>
internal sealed class SettingsFile(string path, string notePath)
{
    /// <summary>Empty when there is none.</summary>
    public string Text => File.Exists(path) ? File.ReadAllText(path) : "";

    public void Replace(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(notePath)!);
        var note = new SettingsNote(File.Exists(path) ? File.ReadAllBytes(path) : null, Hash(Encoding.UTF8.GetBytes(text)));
        PrivateFile.Replace(notePath, JsonSerializer.SerializeToUtf8Bytes(note, SettingsNoteJson.Default.SettingsNote));
        PrivateFile.Replace(Target, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>True when something was taken back.</summary>
    public bool TakeBack()
    {
        if (!File.Exists(notePath)) return false;
        var note = JsonSerializer.Deserialize(File.ReadAllBytes(notePath), SettingsNoteJson.Default.SettingsNote)!;
        var isOurs = File.Exists(path) && Hash(File.ReadAllBytes(path)) == note.After;
        if (isOurs && note.Before is not null) PrivateFile.Replace(Target, note.Before);
        else if (isOurs) File.Delete(path);
        File.Delete(notePath);
        return isOurs;
    }

    /// <summary>What was written stays.</summary>
    public void Settle() => File.Delete(notePath);

    /// <summary>Somebody may keep the file elsewhere and link to it.</summary>
    private string Target => File.Exists(path) ? new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : path;

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>How it lies on the disk.</summary>
[JsonSerializable(typeof(SettingsNote))]
internal sealed partial class SettingsNoteJson : JsonSerializerContext;

/// <summary>What the file was before, and what we made of it.</summary>
/// <param name="Before">Its content; null when there was no file.</param>
/// <param name="After">SHA-256 of ours.</param>
internal sealed record SettingsNote(byte[]? Before, string After);
