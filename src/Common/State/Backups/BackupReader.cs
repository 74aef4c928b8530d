using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.State.Backups;

/// <summary>
/// Reads a backup that may be anything: damaged, of another daemon, made by an enemy. Only plain files of names that the daemon itself
/// writes are taken, each as long as the manifest says and with the content that it says; all else is refused as a whole.
/// </summary>
/// <param name="archive">From its begin; need not be seekable.</param>
/// <param name="daemon">Whose it must be.</param>
/// <param name="parts">What may be in it.</param>
internal sealed class BackupReader(Stream archive, string daemon, BackupContents parts) : IDisposable
{
    /// <summary>Years of a large hospital are some hundred megabytes; an archive that says more is not believed.</summary>
    public const long MostBytes = 4L << 30;

    private const string Otherwise = "Take another copy. One that is encrypted: decrypt it first.";

    private const int MostManifestBytes = 64 << 20;
    private const int MostFiles = 200_000;

    private readonly GZipStream unpacked = new(archive, CompressionMode.Decompress, leaveOpen: true);
    private TarReader? tar;

    /// <exception cref="BackupRefusedException">It is none, or of another daemon.</exception>
    public BackupManifest ReadManifest() => Guard(() =>
    {
        tar = new TarReader(unpacked, leaveOpen: true);
        var first = tar.GetNextEntry();
        if (first is null || !IsFile(first) || !first.Name.EndsWith('/' + BackupManifest.FileName, StringComparison.Ordinal)
            || first.Length > MostManifestBytes)
            throw NoBackup("its first entry is no manifest");
        var json = new byte[first.Length];
        first.DataStream?.ReadExactly(json);
        var manifest = BackupManifest.Read(json) ?? throw NoBackup("its manifest cannot be read");
        if (manifest.Daemon != daemon || first.Name != $"{daemon}/{BackupManifest.FileName}")
            throw new BackupRefusedException(
                $"This is a backup of {Shown(manifest.Daemon)}, not of {daemon}: give it to the command of that name.");
        if (manifest.Format > BackupManifest.CurrentFormat)
            throw new BackupRefusedException(
                $"This backup was made by {daemon} {Shown(manifest.Version)} in a form that this version, {WorkerIdentity.Version}, does "
                + "not know. Install that version or a later one.");
        return manifest;
    });

    /// <summary>Writes the files of the backup below <paramref name="directory"/>, which is empty and ours alone.</summary>
    /// <exception cref="BackupRefusedException">Something is wrong with it; what was written so far is to be thrown away.</exception>
    public void ReadFiles(BackupManifest manifest, string directory) => Guard(() =>
    {
        var expected = Expected(manifest);
        while (tar!.GetNextEntry() is { } entry)
        {
            if (!IsFile(entry))
                throw new BackupRefusedException($"This is not as {daemon} wrote it: {Shown(entry.Name)} is no plain file.");
            if (!expected.Remove(entry.Name, out var file))
                throw new BackupRefusedException(
                    $"This is not as {daemon} wrote it: {Shown(entry.Name)} does not belong there, or stands there twice.");
            Read(entry, file, entry.Name == $"{daemon}/{BackupManifest.SettingsName}" ? null : Path.Combine(directory, file.Path));
        }

        if (expected.Count > 0) throw new BackupRefusedException($"The backup is not whole: {Shown(expected.Keys.First())} is missing.");

        // Only the very end tells whether the packing is sound. Nothing but the padding of tar may be there.
        var rest = new byte[64 * 1024];
        for (int count, all = 0; (count = unpacked.Read(rest)) > 0;)
            if ((all += count) > 1 << 20 || rest.AsSpan(0, count).ContainsAnyExcept((byte)0))
                throw new BackupRefusedException($"This is not as {daemon} wrote it: something stands behind its end.");
        return true;
    });

    public void Dispose()
    {
        tar?.Dispose();
        unpacked.Dispose();
    }

    private Dictionary<string, BackupFile> Expected(BackupManifest manifest)
    {
        var expected = new Dictionary<string, BackupFile>(StringComparer.Ordinal)
        {
            [$"{daemon}/{BackupManifest.SettingsName}"] = manifest.SettingsFile,
        };
        long bytes = 0;
        foreach (var file in manifest.Files)
        {
            if (!parts.Holds(file.Path))
                throw new BackupRefusedException(
                    $"This is not as {daemon} wrote it: it holds {Shown(file.Path)}, which is no file of this daemon.");
            if (!expected.TryAdd($"{daemon}/{BackupManifest.StateFolder}/{file.Path}", file))
                throw new BackupRefusedException($"This is not as {daemon} wrote it: {Shown(file.Path)} stands there twice.");
            if (file.Bytes is < 0 or > MostBytes || (bytes += file.Bytes) > MostBytes || expected.Count > MostFiles)
                throw new BackupRefusedException(
                    $"This backup says that it holds more than {MostBytes >> 30} GB or {MostFiles} files; that is not believed.");
        }

        return expected;
    }

    private static void Read(TarEntry entry, BackupFile file, string? path)
    {
        if (entry.Length != file.Bytes) throw Damaged(file);
        if (path is not null) Directory.CreateDirectory(Path.GetDirectoryName(path)!, PrivateFile.DirectoryMode);
        using var target = path is null ? Stream.Null : new FileStream(path, PrivateFile.NewFile);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        for (int count; entry.DataStream is { } data && (count = data.Read(buffer)) > 0;)
        {
            hash.AppendData(buffer, 0, count);
            target.Write(buffer, 0, count);
        }

        if (!string.Equals(Convert.ToHexStringLower(hash.GetHashAndReset()), file.Sha256, StringComparison.Ordinal)) throw Damaged(file);
        (target as FileStream)?.Flush(flushToDisk: true);
    }

    /// <summary>Anything else than a file with a content: links, devices, pipes, folders, and what later forms of tar may bring.</summary>
    private static bool IsFile(TarEntry entry) => entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;

    private static BackupRefusedException Damaged(BackupFile file) =>
        new($"The backup is damaged: {Shown(file.Path)} is not what its manifest says. Take another copy.");

    private static BackupRefusedException NoBackup(string why) =>
        new($"This is no backup of this program, or it is damaged: {why}. {Otherwise}");

    private static string Shown(string text) => VisibleText.Escape(text.Length > 200 ? text[..200] + "…" : text);

    /// <summary>What the readers of tar and gzip throw for bytes that are none of theirs.</summary>
    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException
            or NotSupportedException or OverflowException)
        {
            throw new BackupRefusedException($"This is no backup of this program, or it is damaged or cut off: {e.Message} {Otherwise}", e);
        }
    }
}

/// <summary>A backup that is not made or not put back; the message is a sentence for the sysadmin that says why and what to do.</summary>
public sealed class BackupRefusedException : IOException
{
    public BackupRefusedException(string message)
        : base(message)
    {
    }

    public BackupRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
