using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>
/// What is needed of sd-journal(3). Each call answers with 0 or more, or with a negative errno. Field names end with a zero byte.
/// A pointer to data lives until the next call with the same handle.
/// </summary>
internal static unsafe partial class LibSystemd
{
    /// <summary>SD_JOURNAL_LOCAL_ONLY: this machine's files, not those collected from others.</summary>
    public const int LocalOnly = 1;

    /// <summary>SD_JOURNAL_INVALIDATE: files were added or removed.</summary>
    public const int Invalidate = 2;

    private const string Library = "libsystemd.so.0";

    [LibraryImport(Library, EntryPoint = "sd_journal_open")]
    public static partial int Open(out JournalHandle journal, int flags);

    [LibraryImport(Library, EntryPoint = "sd_journal_open_directory", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenDirectory(out JournalHandle journal, string path, int flags);

    [LibraryImport(Library, EntryPoint = "sd_journal_close")]
    public static partial void Close(nint journal);

    /// <summary>Makes the library watch the directories; <see cref="Process"/> works only after it.</summary>
    [LibraryImport(Library, EntryPoint = "sd_journal_get_fd")]
    public static partial int Watch(JournalHandle journal);

    /// <summary>Takes notice of files that came and went since the last call.</summary>
    [LibraryImport(Library, EntryPoint = "sd_journal_process")]
    public static partial int Process(JournalHandle journal);

    [LibraryImport(Library, EntryPoint = "sd_journal_set_data_threshold")]
    public static partial int SetDataThreshold(JournalHandle journal, nuint bytes);

    [LibraryImport(Library, EntryPoint = "sd_journal_add_match", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddMatch(JournalHandle journal, string match, nuint lengthOrZero);

    [LibraryImport(Library, EntryPoint = "sd_journal_add_disjunction")]
    public static partial int AddDisjunction(JournalHandle journal);

    [LibraryImport(Library, EntryPoint = "sd_journal_flush_matches")]
    public static partial void FlushMatches(JournalHandle journal);

    [LibraryImport(Library, EntryPoint = "sd_journal_seek_head")]
    public static partial int SeekHead(JournalHandle journal);

    [LibraryImport(Library, EntryPoint = "sd_journal_seek_tail")]
    public static partial int SeekTail(JournalHandle journal);

    [LibraryImport(Library, EntryPoint = "sd_journal_seek_realtime_usec")]
    public static partial int SeekRealtime(JournalHandle journal, ulong microseconds);

    [LibraryImport(Library, EntryPoint = "sd_journal_seek_cursor", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SeekCursor(JournalHandle journal, string cursor);

    [LibraryImport(Library, EntryPoint = "sd_journal_test_cursor", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int TestCursor(JournalHandle journal, string cursor);

    [LibraryImport(Library, EntryPoint = "sd_journal_next")]
    public static partial int Next(JournalHandle journal);

    /// <summary>
    /// These three are called for each entry: without the counting of references that a <see cref="SafeHandle"/> costs at each call. Only
    /// while the handle is held (<see cref="JournalReader.Hold"/>) or nobody else can close it.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "sd_journal_next")]
    public static partial int Next(nint journal);

    [LibraryImport(Library, EntryPoint = "sd_journal_get_data")]
    public static partial int GetData(nint journal, byte* field, out byte* data, out nuint length);

    [LibraryImport(Library, EntryPoint = "sd_journal_get_realtime_usec")]
    public static partial int GetRealtime(nint journal, out ulong microseconds);

    [LibraryImport(Library, EntryPoint = "sd_journal_previous")]
    public static partial int Previous(JournalHandle journal);

    [LibraryImport(Library, EntryPoint = "sd_journal_previous_skip")]
    public static partial int PreviousSkip(JournalHandle journal, ulong entries);

    [LibraryImport(Library, EntryPoint = "sd_journal_get_data")]
    public static partial int GetData(JournalHandle journal, ReadOnlySpan<byte> field, out byte* data, out nuint length);

    [LibraryImport(Library, EntryPoint = "sd_journal_get_realtime_usec")]
    public static partial int GetRealtime(JournalHandle journal, out ulong microseconds);

    [LibraryImport(Library, EntryPoint = "sd_journal_get_cutoff_realtime_usec")]
    public static partial int GetCutoffRealtime(JournalHandle journal, out ulong from, out ulong to);

    /// <summary>The cursor is allocated by the library: to be freed with <see cref="NativeMemory.Free"/>.</summary>
    [LibraryImport(Library, EntryPoint = "sd_journal_get_cursor")]
    public static partial int GetCursor(JournalHandle journal, out byte* cursor);

    [LibraryImport(Library, EntryPoint = "sd_journal_query_unique", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int QueryUnique(JournalHandle journal, string field);

    [LibraryImport(Library, EntryPoint = "sd_journal_enumerate_unique")]
    public static partial int EnumerateUnique(JournalHandle journal, out byte* data, out nuint length);
}

/// <summary>A <c>sd_journal*</c>. Closed when no call is under way any more, whichever thread asks for it.</summary>
internal sealed class JournalHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public JournalHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        LibSystemd.Close(handle);
        return true;
    }
}
