using Athena.Common.Files;

namespace Athena.Common.Daemon.Units;

/// <summary>
/// Unit files and the links that enable them. Every change is whole or not at all, and on the disk when the call returns: the power may
/// fail behind any of them. Paths are absolute. Faults are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IUnitFiles
{
    /// <summary>True for a file or a link, also one that leads nowhere.</summary>
    bool Exists(string path);

    /// <summary>Where a link leads, as it is written in it; null for anything else.</summary>
    string? LinkTarget(string path);

    /// <summary>The text of a file, or of that which a link leads to.</summary>
    string Read(string path);

    /// <summary>Paths of the files and links in a directory, in order; none when it does not exist.</summary>
    IReadOnlyList<string> Files(string directory);

    /// <summary>Paths of the directories in a directory, in order; none when it does not exist.</summary>
    IReadOnlyList<string> Directories(string directory);

    /// <summary>Writes a file, mode 0644; its directory is made.</summary>
    void Write(string path, string text);

    /// <summary>Copies a file or a link with all that belongs to it (mode, owner, times); the directory is made.</summary>
    void Copy(string from, string to);

    /// <summary>Makes a link; the directory is made. A link that is there already is replaced.</summary>
    void Link(string path, string target);

    /// <summary>Removes a file or a link if it is there, and its directory if that is empty then and was made for drop-ins.</summary>
    void Remove(string path);
}

/// <inheritdoc/>
internal sealed class UnitFiles : IUnitFiles
{
    private const string Temporary = ".athena-new";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public bool Exists(string path) => File.Exists(path) || LinkTarget(path) is not null;

    public string? LinkTarget(string path) => new FileInfo(path).LinkTarget;

    public string Read(string path) => File.ReadAllText(path);

    public IReadOnlyList<string> Files(string directory) =>
        Directory.Exists(directory)
            ?
            [
                .. Directory.EnumerateFiles(directory).Where(path => !path.EndsWith(Temporary, StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    public IReadOnlyList<string> Directories(string directory) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal)] : [];

    public void Write(string path, string text) => Put(path, temporary =>
    {
        File.WriteAllText(temporary, text);
        File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    });

    public void Copy(string from, string to) => Put(to, temporary =>
    {
        // cp knows every attribute a file system has, .NET does not.
        var copied = Tool.Run("cp", ["-a", "--no-target-directory", "--", from, temporary], Patience);
        if (copied.ExitCode != 0) throw new IOException(copied.Words);
    });

    public void Link(string path, string target) => Put(path, temporary => File.CreateSymbolicLink(temporary, target));

    public void Remove(string path)
    {
        if (!Exists(path)) return;
        File.Delete(path);
        var folder = Path.GetDirectoryName(path)!;
        LibC.SyncDirectory(folder);
        if (folder.EndsWith(".d", StringComparison.Ordinal) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    /// <summary>Made beside its place, brought to the disk, then put there at one stroke.</summary>
    private static void Put(string path, Action<string> make)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var temporary = path + Temporary;
        File.Delete(temporary);
        try
        {
            make(temporary);
            if (new FileInfo(temporary).LinkTarget is null)
            {
                using var file = File.OpenHandle(temporary, FileMode.Open, FileAccess.Read);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        LibC.SyncDirectory(folder);
    }
}
