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
        Add(BackupManifest.FileName, manifest.ToJson());
        Add(BackupManifest.SettingsName, Encoding.UTF8.GetBytes(settings));
        foreach (var (file, content) in snapshot.Files) Add($"{BackupManifest.StateFolder}/{file.Path}", content);

        void Add(string name, byte[] content) => tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{manifest.Daemon}/{name}")
        {
            Mode = PrivateFile.Mode,
            ModificationTime = manifest.At,
            DataStream = new MemoryStream(content, writable: false),
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
