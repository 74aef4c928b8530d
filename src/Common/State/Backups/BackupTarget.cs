using Athena.Common.Files;

namespace Athena.Common.State.Backups;

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
