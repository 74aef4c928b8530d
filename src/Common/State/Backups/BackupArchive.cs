using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Athena.Common.Files;

namespace Athena.Common.State.Backups;

/// <summary>
/// The written form of a backup: a packed tar archive that <c>tar -tzf</c> lists, with all in one folder named for the daemon: the
/// manifest, the settings, and below <c>state/</c> the files.
/// </summary>
internal static class BackupArchive
{
    public static void Write(Stream target, BackupManifest manifest, string settings, BackupSnapshot snapshot)
    {
        using var packed = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true);
        using var tar = new TarWriter(packed, TarEntryFormat.Ustar, leaveOpen: true);
        Add(BackupManifest.FileName, Held(manifest.ToJson()));
        Add(BackupManifest.SettingsName, Held(Encoding.UTF8.GetBytes(settings)));
        foreach (var (file, content) in snapshot.Files) Add($"{BackupManifest.StateFolder}/{file.Path}", Held(content));
        foreach (var (file, content) in snapshot.LongFiles)
        {
            // As long as it was when it was described, though its daemon may have written on.
            content.Position = 0;
            Add($"{BackupManifest.StateFolder}/{file.Path}", new PartStream(content, file.Bytes));
        }

        static MemoryStream Held(byte[] content) => new(content, writable: false);

        void Add(string name, Stream content) => tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{manifest.Daemon}/{name}")
        {
            Mode = PrivateFile.Mode,
            ModificationTime = manifest.At,
            DataStream = content,
        });
    }

    public static BackupFile Describe(string path, ReadOnlySpan<byte> content) =>
        new(path, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Whether this file begins as a backup of <paramref name="daemon"/> does; for those who are about to replace it.</summary>
    public static bool IsOne(string path, string daemon)
    {
        try
        {
            using var file = File.OpenRead(path);
            return new BackupReader(file, daemon, new BackupContents([], [])).ReadManifest().Daemon == daemon;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>
/// Where a backup goes: a file that is replaced wholly or not at all, a folder in which it gets a name with its time, or a stream.
/// </summary>
internal static class BackupTarget
{
    private const string Unfinished = ".unfinished";
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>The path that is meant by what a person wrote: in a folder, <c>grafana-compliance-20261121T0230Z.tar.gz</c>.</summary>
    /// <exception cref="BackupRefusedException">The folder is missing.</exception>
    public static string Resolve(string given, string daemon, DateTimeOffset at)
    {
        var path = Path.GetFullPath(given);
        if (Directory.Exists(path)) return Path.Combine(path, $"{daemon}-{at.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.tar.gz");
        var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) ?? "/";
        if (Path.EndsInDirectorySeparator(given))
            throw new BackupRefusedException(
                $"The folder {path} does not exist. Make it: sudo install -d -m 0700 {Path.TrimEndingDirectorySeparator(path)}");
        return Directory.Exists(folder) ? path : throw new BackupRefusedException($"The folder {folder} does not exist.");
    }

    /// <summary>Writes the file, 0600, durable when this returns. When anything fails, what was there before is as it was.</summary>
    /// <exception cref="BackupRefusedException">Something else than a backup of this daemon is there.</exception>
    public static void Write(string path, string daemon, DateTime now, Action<Stream> write)
    {
        if (LibC.Exists(path) && !(LibC.IsRegularFile(path) && BackupArchive.IsOne(path, daemon)))
            throw new BackupRefusedException($"{path} is there and is no backup of {daemon}: it is left alone. Take another name.");

        // Two at a time do not meet; what a killed one left is taken away by a later one.
        var folder = Path.GetDirectoryName(path)!;
        foreach (var left in Directory.EnumerateFiles(folder, $"{daemon}*{Unfinished}")
            .Where(f => now - File.GetLastWriteTimeUtc(f) > Abandoned))
            File.Delete(left);
        var temporary = Path.Combine(folder, $"{daemon}.{Environment.ProcessId}.{Guid.NewGuid():N}{Unfinished}");
        try
        {
            using (var file = new FileStream(temporary, PrivateFile.NewFile))
            {
                using var buffer = new BufferedStream(file, 64 * 1024);
                write(buffer);
                buffer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            LibC.SyncDirectory(folder);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
