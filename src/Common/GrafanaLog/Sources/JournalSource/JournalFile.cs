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
