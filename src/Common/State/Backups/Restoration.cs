using System.Globalization;
using Athena.Common.Files;

namespace Athena.Common.State.Backups;

/// <summary>
/// Puts a memory in the place of another within one state directory, so that a crash at any moment leaves the old one or the new one and
/// nothing in between. Everything stays inside the directory: it may be a disk of its own, it may be a link that systemd made
/// (systemd.exec(5), DynamicUser), and purging the package takes away all of it.
/// <para>
/// The new memory is made ready in <c>restore.new</c>, which counts for nothing. Renaming that to <c>restore.ready</c> is the decision;
/// from then on whoever takes the directory next, be it the daemon, brings it to its end: what is there goes into the folder
/// <c>before-restore-TIME</c>, <c>restore.ready</c> becomes <c>restore.cleared</c>, and the new files are moved to their places.
/// </para>
/// </summary>
internal static class Restoration
{
    public const string NewFolder = "restore.new";
    public const string ReadyFolder = "restore.ready";
    public const string ClearedFolder = "restore.cleared";
    public const string BeforePrefix = "before-restore-";

    private const string MemoryFolder = "memory";

    /// <summary>Stays where it is: it is locked by name, and the session is no part of a backup and goes on being good.</summary>
    private static readonly string[] Staying =
    [
        StateLock.FileName, "grafana-session.json", NewFolder, ReadyFolder, ClearedFolder, "lost+found",
    ];

    /// <summary>Called after each step; what it throws ends the restore there, as a crash would. For tests.</summary>
    internal static AsyncLocal<Action<string>?> AfterStep { get; } = new();

    /// <summary>True when a restore was decided and has not come to its end.</summary>
    public static bool IsUnfinished(string directory) =>
        LibC.IsDirectory(Path.Combine(directory, ReadyFolder)) || LibC.IsDirectory(Path.Combine(directory, ClearedFolder));

    /// <summary>What lies there of a memory; empty for a directory in which no daemon has worked.</summary>
    public static IReadOnlyList<string> Present(string directory) =>
        [.. Entries(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>An empty folder for the new memory; what an earlier attempt left is thrown away. The caller holds the lock.</summary>
    public static string Prepare(string directory)
    {
        Discard(directory);
        var memory = Path.Combine(directory, NewFolder, MemoryFolder);
        Directory.CreateDirectory(memory, PrivateFile.DirectoryMode);
        return memory;
    }

    /// <summary>Throws away what was prepared.</summary>
    public static void Discard(string directory) => Remove(Path.Combine(directory, NewFolder));

    /// <summary>Puts the prepared memory in the place of the present one. The caller holds the lock.</summary>
    /// <returns>Where the present one is now, or null when there was none.</returns>
    public static string? Commit(string directory, DateTimeOffset now)
    {
        var prepared = Path.Combine(directory, NewFolder);
        Directory.CreateDirectory(
            Path.Combine(prepared, BeforePrefix + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)),
            PrivateFile.DirectoryMode);

        foreach (var folder in Directory.EnumerateDirectories(prepared, "*", SearchOption.AllDirectories).Prepend(prepared))
            LibC.SyncDirectory(folder);
        Step("prepared");
        Directory.Move(prepared, Path.Combine(directory, ReadyFolder));
        LibC.SyncDirectory(directory);
        Step("decided");
        return FinishInterrupted(directory);
    }

    /// <summary>
    /// Brings a restore that was decided to its end; does nothing when there is none. The caller holds the lock.
    /// <para>
    /// Root does this too, in a directory that belongs to the daemon: whoever has got hold of that could make the folders themselves, and
    /// so nothing is moved through a link. That they belong to the daemon proves nothing against them, for it must be able to end this
    /// itself.
    /// </para>
    /// </summary>
    /// <returns>Where the memory of before is now; null when there was none.</returns>
    /// <exception cref="BackupRefusedException">The folders are none of ours.</exception>
    public static string? FinishInterrupted(string directory)
    {
        var ready = Path.Combine(directory, ReadyFolder);
        var cleared = Path.Combine(directory, ClearedFolder);
        if (LibC.IsDirectory(ready))
        {
            if (InnerFolders(ready) is not [var before] || !LibC.IsDirectory(Path.Combine(ready, MemoryFolder))) throw NotOurs(ready);
            foreach (var path in Entries(directory))
            {
                Rename(path, Path.Combine(before, Path.GetFileName(path)));
                Step("aside " + Path.GetFileName(path));
            }

            LibC.SyncDirectory(before);
            Directory.Move(ready, cleared);
            LibC.SyncDirectory(directory);
            Step("cleared");
        }

        return LibC.IsDirectory(cleared) ? MoveIn(directory, cleared) : null;
    }

    private static string? MoveIn(string directory, string cleared)
    {
        var asides = InnerFolders(cleared);
        var memory = Path.Combine(cleared, MemoryFolder);
        if (LibC.IsDirectory(memory))
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(memory).ToList())
            {
                Rename(path, Path.Combine(directory, Path.GetFileName(path)));
                Step("in " + Path.GetFileName(path));
            }

            LibC.SyncDirectory(directory);
        }

        string? kept = null;
        foreach (var before in asides)
        {
            if (!Directory.EnumerateFileSystemEntries(before).Any()) continue;
            kept = Path.Combine(directory, Path.GetFileName(before));
            Rename(before, kept);
            Step("kept");
        }

        Remove(cleared);
        LibC.SyncDirectory(directory);
        return kept;
    }

    /// <summary>Where what was there goes or went. Neither this nor the new memory may be a link.</summary>
    private static List<string> InnerFolders(string folder)
    {
        var memory = Path.Combine(folder, MemoryFolder);
        var asides = Directory.EnumerateFileSystemEntries(folder, BeforePrefix + "*").ToList();
        return asides.TrueForAll(LibC.IsDirectory) && (LibC.IsDirectory(memory) || !LibC.Exists(memory)) ? asides : throw NotOurs(folder);
    }

    private static BackupRefusedException NotOurs(string folder) =>
        new(
            $"{folder} is not as this program made it: somebody put it there, and nothing is moved into it or out of it. Look what is in "
            + $"it (sudo find {folder} -ls) and who could write there, then remove it: sudo rm -r {folder}");

    private static IEnumerable<string> Entries(string directory) => !Directory.Exists(directory) ? [] :
        Directory.EnumerateFileSystemEntries(directory)
            .Where(path =>
                Path.GetFileName(path) is var name && !Staying.Contains(name) && !name.StartsWith(BeforePrefix, StringComparison.Ordinal))
                    .ToList();

    /// <summary>rename(2) of whatever it is, a link included; it is in the same directory tree, so nothing is copied.</summary>
    private static void Rename(string from, string to)
    {
        if (Directory.Exists(from)) Directory.Move(from, to); // File.Move finds no link to a folder.
        else File.Move(from, to);
    }

    /// <summary>A link is removed and not followed.</summary>
    private static void Remove(string path)
    {
        if (LibC.IsDirectory(path)) Directory.Delete(path, recursive: true);
        else if (LibC.Exists(path)) File.Delete(path);
    }

    private static void Step(string name) => AfterStep.Value?.Invoke(name);
}
