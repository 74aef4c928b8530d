namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>How long journald keeps entries, as far as its settings and the room that it has taken tell it. Pure.</summary>
internal static class JournalKeep
{
    private const string DropIn = "/etc/systemd/journald.conf.d/athena-workers.conf";
    private const long GiB = 1L << 30;

    /// <summary>What journald takes at most where nothing is set (journald.conf(5)).</summary>
    private const long MostByDefault = 4 * GiB;

    /// <summary>journald frees a whole file at a time, an eighth of what it may take.</summary>
    private const double Full = 0.8;

    /// <param name="wanted">How long they are to be kept.</param>
    /// <param name="settings">journald's.</param>
    /// <param name="room">What it has taken.</param>
    /// <param name="oldest">The age of the unit's oldest entry; null when there is none.</param>
    public static LogKeep Of(TimeSpan wanted, JournaldSettings settings, JournalRoom room, TimeSpan? oldest)
    {
        string there = LogKeep.Oldest(oldest);
        if (settings.Storage is "volatile" or "none" || (settings.Storage == "auto" && !room.IsOnDisk))
            return new($"journald keeps nothing over a boot (Storage={settings.Storage}); {there}", Write(wanted, null));
        if (settings.MaxRetention is { } most && most < wanted)
            return new(
                $"journald removes what is older than {LogCheck.Spoken(most)} (MaxRetentionSec); {there}",
                Write(wanted, null),
                most >= TimeSpan.FromDays(1) ? TimeSpan.FromDays(Math.Floor(most.TotalDays)) : null);
        long? allowed = settings.SystemMaxUse ?? (room.Disk is { } disk ? Math.Min(disk / 10, MostByDefault) : null);
        if (allowed is { } limit && oldest is { } age && age < wanted && room.Used > limit * Full)
            return new(
                $"the journal is full at {Size(limit)} (SystemMaxUse), so that its oldest entries go; {there}",
                Write(wanted, Needed(limit, wanted, age)));
        return new($"journald removes nothing younger as it is set; {there}");
    }

    /// <summary>As much again for a busier day, in whole GiB.</summary>
    private static long Needed(long most, TimeSpan wanted, TimeSpan oldest) =>
        (long)Math.Ceiling(2.0 * most * (wanted / TimeSpan.FromHours(Math.Max(1, oldest.TotalHours))) / GiB);

    private static string Write(TimeSpan wanted, long? gibibytes) =>
        $"Write into {DropIn}, below a line [Journal]: Storage=persistent, MaxRetentionSec={LogKeep.Days(wanted)}day"
        + (gibibytes is { } size ? FormattableString.Invariant($", SystemMaxUse={size}G") : "")
        + ", each on a line of its own. Then: sudo systemctl restart systemd-journald.";

    private static string Size(long bytes) =>
        bytes >= GiB ? FormattableString.Invariant($"{(double)bytes / GiB:0.#} GiB") : FormattableString.Invariant($"{bytes >> 20} MiB");
}

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
