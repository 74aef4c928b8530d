namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>The room that a journal takes.</summary>
/// <param name="IsOnDisk">Whether journald would write to the disk where it decides that itself (<c>Storage=auto</c>).</param>
/// <param name="Used">Bytes on the disk.</param>
/// <param name="Disk">Bytes of the file system that they lie on; null when that cannot be told.</param>
internal sealed record JournalRoom(bool IsOnDisk, long Used, long? Disk)
{
    private const string OnDisk = "/var/log/journal";

    public static JournalRoom Of(IReadOnlyList<string> directories)
    {
        try
        {
            return new JournalRoom(
                Directory.Exists(OnDisk),
                JournalFile.In(directories.Where(directory => directory.StartsWith(OnDisk, StringComparison.Ordinal)).ToList())
                    .Sum(file => new FileInfo(file.Path).Length),
                Directory.Exists(OnDisk) ? new DriveInfo(OnDisk).TotalSize : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new JournalRoom(true, 0, null);
        }
    }
}
