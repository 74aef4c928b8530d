using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>
/// The files that a journal is made of, looked at beside the library: it leaves out without a word what it may not read and what is damaged
/// (sd_journal_open(3) succeeds with no file at all), and its caller would take that for silence.
/// </summary>
internal sealed class JournalFiles(JournalUnit unit)
{
    private const string MachineIdFile = "/etc/machine-id";

    private readonly HashSet<string> _told = [];
    private HashSet<string> _active = [];

    /// <summary>
    /// Where journald keeps this machine's journal: in memory, and on disk if that is wanted (systemd-journald.service(8)).
    /// </summary>
    public static IReadOnlyList<string> DirectoriesOf(JournalUnit unit)
    {
        if (unit.Directory is { } directory)
            return [directory];
        string machine = File.Exists(MachineIdFile) ? File.ReadAllText(MachineIdFile).Trim() : "";
        return [$"/run/log/journal/{machine}", $"/var/log/journal/{machine}"];
    }

    /// <summary>Why the journal cannot be read at all, with the remedy; null when it can.</summary>
    public string? Obstacle()
    {
        IReadOnlyList<string> directories = DirectoriesOf(unit);
        IReadOnlyList<JournalFile> files = JournalFile.In(directories);
        if (files.FirstOrDefault(file => file is { IsDenied: true, IsActive: true, IsPersonal: false }) is { } denied)
            return JournalRemedy.Denied(denied.Path);
        if (files.Any(file => !file.IsDenied))
            return null;
        if (files.Count > 0)
            return JournalRemedy.Denied(files[0].Path);
        string? closed = directories.FirstOrDefault(IsClosed);
        return closed is not null ? JournalRemedy.Denied(closed) : JournalRemedy.Absent(directories);
    }

    /// <summary>Compares what is there with what this process, that is the library, holds open.</summary>
    /// <param name="since">Files last written before this time hold nothing that is still to be read.</param>
    public JournalFinding Look(DateTimeOffset? since)
    {
        IReadOnlyList<JournalFile> files = JournalFile.In(DirectoriesOf(unit));
        HashSet<string> present = [.. files.Select(file => file.Id)];

        // Room is made from the old end. If the file that was written to last time is there still, no file came and went in between.
        bool isOvertaken = _active.Any(id => !present.Contains(id));
        _active = [.. files.Where(file => file is { IsActive: true, IsPersonal: false, Id.Length: > 0 }).Select(file => file.Id)];

        HashSet<FileIdentity> held = Held();
        var left = files.Where(file => file is { IsDenied: false, IsPersonal: false } && !held.Contains(file.Identity)).ToList();
        var news = left.Where(file => _told.Add(file.Path) && !(since > LastWrite(file))).Select(file => file.Path).ToList();
        return new JournalFinding(isOvertaken, news, left.FirstOrDefault(file => file.IsActive && _told.Contains(file.Path))?.Path);
    }

    /// <summary>Those of the system that this process, that is the library, holds open.</summary>
    /// <param name="leftOut">The others of the system: damaged, or not permitted.</param>
    public IReadOnlyList<JournalFile> HeldOfSystem(out IReadOnlyList<JournalFile> leftOut)
    {
        // A file that journald has renamed since it was opened is the same file.
        HashSet<FileIdentity> held = Held();
        ILookup<bool, JournalFile> files = JournalFile.In(DirectoriesOf(unit)).Where(file => !file.IsPersonal)
            .ToLookup(file => held.Contains(file.Identity));
        leftOut = [.. files[false]];
        return [.. files[true]];
    }

    /// <summary>When a file was changed last; its entries are older.</summary>
    public static DateTimeOffset LastWrite(JournalFile file) => new(File.GetLastWriteTimeUtc(file.Path), TimeSpan.Zero);

    private static bool IsClosed(string directory)
    {
        try
        {
            _ = Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static HashSet<FileIdentity> Held() =>
        [
            .. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(link => FileStatus.Of(new NativePath(link)))
                .Where(status => status.IsRegular).Select(status => status.Identity),
        ];
}

/// <summary>What a look at the journal's files found.</summary>
/// <param name="IsOvertaken">A file that was being written at the last look is gone: others may have come and gone unread.</param>
/// <param name="Damaged">Files that the library has left out since the last look.</param>
/// <param name="Blind">The file that is being written, when it is one of those left out: nothing new can be seen; else null.</param>
internal sealed record JournalFinding(bool IsOvertaken, IReadOnlyList<string> Damaged, string? Blind);
