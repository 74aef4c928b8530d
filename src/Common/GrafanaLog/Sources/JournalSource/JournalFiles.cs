using System.Buffers.Binary;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>One journal file, as its header tells (systemd.io/JOURNAL_FILE_FORMAT): an identity that survives renaming.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Identity">Device and inode.</param>
/// <param name="Id">file_id of the header; empty when the header could not be read.</param>
/// <param name="IsDenied">Whether it may not be read.</param>
internal sealed record JournalFile(string Path, FileIdentity Identity, string Id, bool IsDenied)
{
    // Offsets in struct Header: file_id, head_entry_realtime, tail_entry_realtime.
    private const int IdOffset = 24;
    private const int IdLength = 16;
    private const int HeadOffset = 184;
    private const int TailOffset = 192;
    private const int HeaderBegin = 200;

    /// <summary>The year 3000: beyond is no time but damage.</summary>
    private const ulong LatestTime = 32_503_680_000_000_000;

    private const int AccessDenied = 13;
    private const int NotPermitted = 1;

    private static ReadOnlySpan<byte> Signature => "LPKSHHRH"u8;

    /// <summary>Still written to, as opposed to archived (<c>name@….journal</c>) or put aside after a crash (<c>….journal~</c>).</summary>
    public bool IsActive => !IsUnclean && !System.IO.Path.GetFileName(Path).Contains('@', StringComparison.Ordinal);

    /// <summary>Time of the oldest entry; null when there is none or the header could not be read.</summary>
    public DateTimeOffset? Head { get; private init; }

    /// <summary>Time of the newest entry; null when there is none or the header could not be read.</summary>
    public DateTimeOffset? Tail { get; private init; }

    /// <summary>Put aside after a crash.</summary>
    public bool IsUnclean => Path.EndsWith('~');

    /// <summary>Another person's own journal, which a service need not read: the lines of a unit are in the system's.</summary>
    public bool IsPersonal { get; } = System.IO.Path.GetFileName(Path).StartsWith("user-", StringComparison.Ordinal);

    /// <summary>All in these directories, and one level below in directories that are named after a machine's id.</summary>
    public static IReadOnlyList<JournalFile> In(IEnumerable<string> directories)
    {
        var files = new List<JournalFile>();
        foreach (string directory in directories)
            AddFrom(directory, files, withMachines: true);
        return files;
    }

    private static void AddFrom(string directory, List<JournalFile> files, bool withMachines)
    {
        string[] paths;
        try
        {
            paths = Directory.GetFileSystemEntries(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }

        foreach (string path in paths)
        {
            if (path.EndsWith(".journal", StringComparison.Ordinal) || path.EndsWith(".journal~", StringComparison.Ordinal))
            {
                if (TryRead(path) is { } file)
                    files.Add(file);
            }
            else if (withMachines && System.IO.Path.GetFileName(path) is { Length: 32 } name && name.All(char.IsAsciiHexDigitLower))
            {
                AddFrom(path, files, withMachines: false);
            }
        }
    }

    /// <returns>Null when it is gone, or empty as in the moment in which it is made.</returns>
    private static JournalFile? TryRead(string path)
    {
        FileStatus status = FileStatus.Of(new NativePath(path));
        if (!status.IsRegular || status.Size == 0)
            return null;
        using LogFile? file = LogFile.TryOpen(new NativePath(path), out FileStatus opened);
        if (file is null)
            return opened.Error is AccessDenied or NotPermitted ? new JournalFile(path, status.Identity, "", IsDenied: true) : null;
        try
        {
            ReadOnlySpan<byte> header = file.Begin(new byte[HeaderBegin]);
            bool isJournal = header.Length == HeaderBegin && header.StartsWith(Signature);
            if (!isJournal)
                return new JournalFile(path, status.Identity, "", IsDenied: false);
            return new JournalFile(path, status.Identity, Convert.ToHexStringLower(header.Slice(IdOffset, IdLength)), IsDenied: false)
            {
                Head = Time(header[HeadOffset..]),
                Tail = Time(header[TailOffset..]),
            };
        }
        catch (IOException)
        {
            return new JournalFile(path, status.Identity, "", IsDenied: false);
        }
    }

    /// <summary>Microseconds since 1970; 0 for none.</summary>
    private static DateTimeOffset? Time(ReadOnlySpan<byte> field)
    {
        ulong microseconds = BinaryPrimitives.ReadUInt64LittleEndian(field);
        return microseconds is 0 or > LatestTime
            ? null
            : DateTimeOffset.UnixEpoch.AddTicks((long)microseconds * TimeSpan.TicksPerMicrosecond);
    }
}

/// <summary>
/// The files that a journal is made of, looked at beside the library: it leaves out without a word what it may not read and what is damaged
/// (sd_journal_open(3) succeeds with no file at all), and its caller would take that for silence.
/// </summary>
internal sealed class JournalFiles(JournalUnit unit)
{
    private const string MachineIdFile = "/etc/machine-id";

    private readonly HashSet<string> told = [];
    private HashSet<string> active = [];

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
        bool isOvertaken = active.Any(id => !present.Contains(id));
        active = [.. files.Where(file => file is { IsActive: true, IsPersonal: false, Id.Length: > 0 }).Select(file => file.Id)];

        HashSet<FileIdentity> held = Held();
        var left = files.Where(file => file is { IsDenied: false, IsPersonal: false } && !held.Contains(file.Identity)).ToList();
        var news = left.Where(file => told.Add(file.Path) && !(since > LastWrite(file))).Select(file => file.Path).ToList();
        return new JournalFinding(isOvertaken, news, left.FirstOrDefault(file => file.IsActive && told.Contains(file.Path))?.Path);
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
