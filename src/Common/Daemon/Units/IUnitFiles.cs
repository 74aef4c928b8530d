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
