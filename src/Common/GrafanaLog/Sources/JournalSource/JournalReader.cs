using System.Runtime.InteropServices;
using System.Text;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>
/// An open journal and the place in it, seeing only the unit's entries and journald's notices of entries that it dropped.
/// One thread uses it (sd-journal(3)).
/// </summary>
internal sealed unsafe class JournalReader : IDisposable
{
    /// <summary>How a line may have been broken off, see systemd.journal-fields(7); a whole line has no such field.</summary>
    private static readonly string[] LineBreaks = ["line-max", "nul", "eof", "pid-change"];

    private const int NoSuchField = -2; // ENOENT

    private readonly JournalHandle journal;
    private readonly JournalUnit unit;

    private readonly byte[] unitName;

    private string? place;
    private bool isUnindexed;

    private JournalReader(JournalHandle journal, JournalUnit unit)
    {
        this.journal = journal;
        this.unit = unit;
        unitName = Encoding.UTF8.GetBytes(unit.Name);
    }

    /// <summary>Whether it stands on an entry.</summary>
    public bool HasEntry { get; private set; }

    /// <summary>Whether the entry on which it stands has not been read.</summary>
    public bool IsAtUnread { get; private set; }

    /// <summary>Time of the oldest entry of any unit; null when there is none.</summary>
    public DateTimeOffset? Begins => LibSystemd.GetCutoffRealtime(journal, out ulong from, out _) > 0 ? Time(from) : null;

    /// <exception cref="JournalException">It cannot be opened.</exception>
    /// <exception cref="DllNotFoundException">There is no libsystemd.</exception>
    public static JournalReader Open(JournalUnit unit)
    {
        JournalHandle journal;
        JournalException.ThrowIfFailed(unit.Directory is { } directory
            ? LibSystemd.OpenDirectory(out journal, directory, 0)
            : LibSystemd.Open(out journal, LibSystemd.LocalOnly));
        var reader = new JournalReader(journal, unit);
        try
        {
            // Watched before anything is read: what comes and goes from here on is noticed.
            JournalException.ThrowIfFailed(LibSystemd.Watch(journal));
            JournalException.ThrowIfFailed(LibSystemd.Process(journal));

            // Compressed fields are unpacked up to here; one more than is taken shows that it is too long.
            JournalException.ThrowIfFailed(LibSystemd.SetDataThreshold(journal, LogFile.MaxLine + 64));
            return reader;
        }
        catch (JournalException)
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>When the oldest entry of a unit was received; null when it has none, or the journal cannot be read.</summary>
    public static DateTimeOffset? OldestEntryTime(JournalUnit unit)
    {
        if (new JournalFiles(unit).Obstacle() is not null)
            return null;
        try
        {
            using JournalReader reader = Open(unit);
            Check(LibSystemd.AddMatch(reader.journal, $"_SYSTEMD_UNIT={unit.Name}", 0));
            Check(LibSystemd.SeekHead(reader.journal));
            return Check(LibSystemd.Next(reader.journal)) > 0 ? reader.EntryTime() : null;
        }
        catch (Exception e) when (e is DllNotFoundException or JournalException)
        {
            return null;
        }
    }

    /// <summary>Behind the unit's last entry.</summary>
    public void StandAtEnd()
    {
        // While the unit has none, any last entry is a place to go on from.
        LibSystemd.FlushMatches(journal);
        Check(LibSystemd.SeekTail(journal));
        HasEntry = Check(LibSystemd.Previous(journal)) > 0;
        place = HasEntry ? CurrentCursor() : null;

        Match();
        Check(LibSystemd.SeekTail(journal));
        HasEntry = Check(LibSystemd.Previous(journal)) > 0;
        IsAtUnread = false;
        if (HasEntry)
            place = CurrentCursor();
        else
            Check(LibSystemd.SeekHead(journal)); // At the tail, next(3) would never find anything.
    }

    /// <summary>Behind the entry that a cursor names.</summary>
    /// <returns>False when that entry is no longer there; then what is read next is the first entry after it.</returns>
    public bool StandBehind(string cursor)
    {
        // Proved among all units' entries: the place may be another unit's.
        LibSystemd.FlushMatches(journal);
        bool isProved = LibSystemd.SeekCursor(journal, cursor) >= 0 && Check(LibSystemd.Next(journal)) > 0
            && LibSystemd.TestCursor(journal, cursor) > 0;

        Match();
        if (LibSystemd.SeekCursor(journal, cursor) < 0)
        {
            StandAtEnd(); // No cursor at all.
            return false;
        }
        HasEntry = Check(LibSystemd.Next(journal)) > 0;
        IsAtUnread = HasEntry && LibSystemd.TestCursor(journal, cursor) <= 0;
        place = cursor;
        return isProved;
    }

    /// <summary>Before the first entry after a time.</summary>
    public void StandBehind(DateTimeOffset time)
    {
        Match();
        Seek(time);
        HasEntry = IsAtUnread = Check(LibSystemd.Next(journal)) > 0;
    }

    /// <summary>Before the first entry after a time, seeing only the unit's own entries, each of which is one whole line.</summary>
    /// <returns>False, and nothing is changed, when between the two times there is a piece of a split line or a notice of dropped
    /// ones.</returns>
    public bool TryStandBehindWholeLines(DateTimeOffset time, DateTimeOffset until)
    {
        LibSystemd.FlushMatches(journal);
        Check(LibSystemd.AddMatch(journal, $"_SYSTEMD_UNIT={unit.Name}", 0));
        foreach (string lineBreak in LineBreaks)
            Check(LibSystemd.AddMatch(journal, "_LINE_BREAK=" + lineBreak, 0));
        Check(LibSystemd.AddDisjunction(journal));
        MatchNotices();
        Seek(time);
        if (Check(LibSystemd.Next(journal)) > 0 && !(EntryTime() > until))
            return false;

        LibSystemd.FlushMatches(journal);
        Check(LibSystemd.AddMatch(journal, $"_SYSTEMD_UNIT={unit.Name}", 0));
        Seek(time);
        HasEntry = IsAtUnread = Check(LibSystemd.Next(journal)) > 0;
        return true;
    }

    /// <summary>So that as many of the last entries come next.</summary>
    public void StandBeforeLast(ulong entries)
    {
        Match();
        Check(LibSystemd.SeekTail(journal));
        HasEntry = IsAtUnread = Check(LibSystemd.PreviousSkip(journal, entries)) > 0;
    }

    /// <summary>The units that have entries.</summary>
    public IReadOnlyList<string> Units()
    {
        var units = new List<string>();
        Check(LibSystemd.QueryUnique(journal, "_SYSTEMD_UNIT"));
        while (LibSystemd.EnumerateUnique(journal, out byte* data, out nuint length) > 0)
            units.Add(Encoding.UTF8.GetString(new ReadOnlySpan<byte>(data, (int)length)["_SYSTEMD_UNIT=".Length..]));
        return units;
    }

    /// <returns>False when there is no further entry now.</returns>
    public bool MoveNext()
    {
        if (!IsAtUnread)
            IsAtUnread = Check(LibSystemd.Next(Held)) > 0;
        HasEntry |= IsAtUnread;
        return IsAtUnread;
    }

    /// <summary>
    /// Looks anew behind the place up to which everything was read. journald counts a new entry before it links it to its fields: a next(3)
    /// with matches that comes between the two finds nothing, and the library then believes itself at the end until there is yet another
    /// entry (next_beyond_location in systemd 252).
    /// </summary>
    /// <returns>Whether there is an unread entry.</returns>
    public bool LookAgain()
    {
        if (IsAtUnread)
            return true;
        string? place = Cursor();
        Check(place is null ? LibSystemd.SeekHead(journal) : LibSystemd.SeekCursor(journal, place));
        bool isThere = Check(LibSystemd.Next(journal)) > 0;
        IsAtUnread = isThere && (place is null || LibSystemd.TestCursor(journal, place) <= 0 || Check(LibSystemd.Next(journal)) > 0);
        HasEntry |= isThere;
        return IsAtUnread;
    }

    /// <summary>
    /// Goes on without the index of fields, over the entries of all units. In a damaged file the index of a unit may end early, without a
    /// word (generic_array_get in systemd 252), while the entries that it has lost are still there.
    /// </summary>
    /// <param name="time">Where to begin when no entry was read yet.</param>
    /// <param name="until">Not further than this time.</param>
    /// <returns>Whether there is an unread entry of the unit.</returns>
    public bool MoveNextUnindexed(DateTimeOffset time, DateTimeOffset until)
    {
        if (IsAtUnread)
            return true;
        if (!isUnindexed)
        {
            string? place = Cursor();
            isUnindexed = true;
            LibSystemd.FlushMatches(journal);
            if (place is null)
                Seek(time);
            else
                Check(LibSystemd.SeekCursor(journal, place));
            if (Check(LibSystemd.Next(journal)) == 0)
                return false;
            IsAtUnread = (place is null || LibSystemd.TestCursor(journal, place) <= 0) && IsOfUnit();
        }
        while (!IsAtUnread && !(EntryTime() > until) && Check(LibSystemd.Next(journal)) > 0)
            IsAtUnread = IsOfUnit();
        HasEntry |= IsAtUnread;
        return IsAtUnread;
    }

    public void MarkRead() => IsAtUnread = false;

    /// <summary>Lets the library take notice of files that came and went.</summary>
    /// <returns>Whether any did.</returns>
    public bool Refresh() => Check(LibSystemd.Process(journal)) == LibSystemd.Invalidate;

    /// <summary>A field of the entry, without its name; valid until the next call. Of equal fields it is one of them.</summary>
    /// <param name="prefix"><c>NAME=</c>.</param>
    public ReadOnlySpan<byte> Field(ReadOnlySpan<byte> prefix)
    {
        Span<byte> name = stackalloc byte[prefix.Length];
        prefix[..^1].CopyTo(name);
        name[^1] = 0;
        return LibSystemd.GetData(journal, name, out byte* data, out nuint length) >= 0 && length >= (nuint)prefix.Length
            ? new ReadOnlySpan<byte>(data, (int)Math.Min(length, int.MaxValue))[prefix.Length..]
            : default;
    }

    /// <summary>MESSAGE of the entry; empty when it has none. Valid until the next call.</summary>
    /// <returns>False when the entry is damaged.</returns>
    public bool TryMessage(out ReadOnlySpan<byte> message)
    {
        int result;
        byte* data;
        nuint length;
        fixed (byte* name = "MESSAGE\0"u8)
            result = LibSystemd.GetData(Held, name, out data, out length);
        message = result >= 0 ? new ReadOnlySpan<byte>(data, (int)Math.Min(length, int.MaxValue))["MESSAGE=".Length..] : default;
        return result >= 0 || result == NoSuchField;
    }

    /// <summary>When journald received the entry, in microseconds since 1970; 0 when that cannot be told.</summary>
    public ulong EntryMicroseconds() => LibSystemd.GetRealtime(Held, out ulong at) >= 0 ? at : 0;

    /// <summary>When journald received the entry.</summary>
    public DateTimeOffset? EntryTime() => LibSystemd.GetRealtime(journal, out ulong at) >= 0 ? Time(at) : null;

    /// <summary>The place up to which everything was read; null when the journal holds nothing.</summary>
    public string? Cursor()
    {
        if (HasEntry && !IsAtUnread)
            place = CurrentCursor() ?? place;
        return place;
    }

    /// <summary>Keeps the handle open while pointers into it are used, should another thread dispose of it.</summary>
    public Lease Hold() => new(journal);

    public void Dispose() => journal.Dispose();

    public static DateTimeOffset Time(ulong microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)microseconds * TimeSpan.TicksPerMicrosecond);

    private static int Check(int result) => JournalException.ThrowIfFailed(result);

    private nint Held => journal.DangerousGetHandle();

    private bool IsOfUnit() => Field("_SYSTEMD_UNIT="u8).SequenceEqual(unitName);

    private void Seek(DateTimeOffset time)
    {
        TimeSpan since = time - DateTimeOffset.UnixEpoch;
        Check(LibSystemd.SeekRealtime(journal, since > TimeSpan.Zero ? (ulong)since.Ticks / TimeSpan.TicksPerMicrosecond + 1 : 0));
    }

    private string? CurrentCursor()
    {
        if (LibSystemd.GetCursor(journal, out byte* cursor) < 0)
            return null;
        try
        {
            return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(cursor));
        }
        finally
        {
            NativeMemory.Free(cursor);
        }
    }

    private void Match()
    {
        LibSystemd.FlushMatches(journal);
        Check(LibSystemd.AddMatch(journal, $"_SYSTEMD_UNIT={unit.Name}", 0));
        Check(LibSystemd.AddDisjunction(journal));
        MatchNotices();
    }

    private void MatchNotices()
    {
        // Anybody can write a MESSAGE_ID; _TRANSPORT=driver is journald itself (systemd.journal-fields(7)).
        Check(LibSystemd.AddMatch(journal, "MESSAGE_ID=" + JournalLines.DroppedMessageId, 0));
        Check(LibSystemd.AddMatch(journal, "_TRANSPORT=driver", 0));
    }

    /// <summary>Ends with <see cref="Dispose"/>.</summary>
    public readonly ref struct Lease
    {
        private readonly JournalHandle held;

        public Lease(JournalHandle journal)
        {
            bool isHeld = false;
            journal.DangerousAddRef(ref isHeld);
            held = journal;
        }

        public void Dispose() => held.DangerousRelease();
    }
}

/// <summary>The journal cannot be read any more; the message names the remedy.</summary>
internal sealed class JournalException(string message) : Exception(message)
{
    /// <exception cref="JournalException"><paramref name="result"/> is a negative errno.</exception>
    public static int ThrowIfFailed(int result) => result >= 0 ? result : throw new JournalException(JournalRemedy.NotOpened(-result));
}
