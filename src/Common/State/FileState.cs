using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Athena.Common.Files;

namespace Athena.Common.State;

/// <summary>
/// A daemon's memory in two files: <c>state.json</c>, a snapshot, and <c>state.log</c>, the changes since, all 0600. At every moment of a
/// save, and after a crash at any of them, a whole copy and all that was confirmed after it is there under one of the names (or, at the
/// very first save, under the temporary one). <c>state.previous.json</c> is what state.json was before; where changes follow, which may be
/// for weeks, it is the same snapshot a second time: they go with either, and one damaged file loses nothing. One writer, not thread-safe:
/// take the <see cref="StateLock"/> first.
/// </summary>
/// <param name="directory">Exists and belongs to the daemon.</param>
/// <param name="form">How it is written.</param>
public sealed class FileState<T>(string directory, StateForm<T> form) : IStateStore<T>
    where T : class
{
    public const string FileName = "state.json";
    public const string PreviousName = "state.previous.json";
    public const string TemporaryName = "state.json.tmp";
    public const string ChangesName = "state.log";
    public const string PreviousChangesName = "state.previous.log";

    /// <summary>Shorter changes than this are read in no time.</summary>
    private const long ShortChanges = 1024 * 1024;

    /// <summary>Longer ones would hold up the next start.</summary>
    private const long LongChanges = 32 * ShortChanges;

    /// <summary>
    /// Reading changes takes longer than reading a snapshot of the same length: of an item that changed thrice each is read.
    /// </summary>
    private const int QuietShare = 4;

    private readonly string current = Path.Combine(directory, FileName);
    private readonly string previous = Path.Combine(directory, PreviousName);
    private readonly string temporary = Path.Combine(directory, TemporaryName);
    private readonly string changes = Path.Combine(directory, ChangesName);
    private readonly string previousChanges = Path.Combine(directory, PreviousChangesName);

    private readonly ChangeBuffer buffer = new();
    private StateLogFile? log;
    private string? logFoundAt;
    private long snapshotLength;

    /// <summary>A state that is small enough to be written whole each time.</summary>
    /// <param name="directory">Exists and belongs to the daemon.</param>
    /// <param name="type">Source-generated description of <typeparamref name="T"/>.</param>
    /// <param name="format">As for <see cref="StateForm{T}"/>.</param>
    public FileState(string directory, JsonTypeInfo<T> type, int format = 1)
        : this(directory, new StateForm<T>(type, format))
    {
    }

    /// <inheritdoc/>
    public bool IsCompactionDue => log is { } present && present.Length > Math.Max(ShortChanges, snapshotLength / QuietShare);

    /// <inheritdoc/>
    public bool IsCompactionOverdue => log is { } present && present.Length > Math.Max(LongChanges, snapshotLength);

    /// <summary>Called after each step of a save; what it throws ends the save there, as a crash would.</summary>
    internal Action<SaveStep>? AfterStep { get; set; }

    /// <inheritdoc/>
    public bool TryAppend(T state, out string? problem)
    {
        if (!form.HasParts || log is null) return TryCompact(state, out problem);
        return Try(
            () =>
            {
                bool hasMore;
                do
                {
                    if (!form.WriteChange(state, buffer.Begin())) return;
                    hasMore = form.HasMoreToWrite;
                    if (logFoundAt == previousChanges) File.Move(previousChanges, changes, overwrite: true);
                    logFoundAt = changes;
                    log.Append(buffer.Written, AfterStep);
                    buffer.Shrink();
                    form.Settle(state);
                }
                while (hasMore);
            },
            changes,
            out problem);
    }

    /// <inheritdoc/>
    public bool TryCompact(T state, out string? problem) => Try(
        () =>
        {
            var name = StateEnvelope.NewName();
            var length = WriteTemporary(state, name);
            KeepPrevious();
            File.Move(temporary, current, overwrite: true);
            AfterStep?.Invoke(SaveStep.Renamed);
            File.Delete(changes); // Only where a copy was taken that they do not belong to.
            LibC.SyncDirectory(directory);
            AfterStep?.Invoke(SaveStep.DirectorySynced);
            log = new StateLogFile(changes, name, found: null);
            (logFoundAt, snapshotLength) = (null, length);
            form.Settle(state);
            if (form.HasParts) KeepTwice();
        },
        current,
        out problem);

    /// <inheritdoc/>
    public StateLoad<T> Load()
    {
        var newest = TryRead(current);
        if (newest.Value is { } value)
            return WithChanges(value, newest.Snapshot!) is { } damage
                ? new StateLoad<T>.LoadedPrevious(value, damage)
                : new StateLoad<T>.Loaded(value);
        if (newest.IsFinal)
            return new StateLoad<T>.Unreadable($"{current} cannot be used: {newest.Reason}. {newest.Remedy}");

        // A left-over temporary file is of the latest save, which did not come to its end: newer than the previous copy.
        var unfinished = TryRead(temporary);
        if (unfinished.Value is { } complete)
            return Older(complete, unfinished,
                $"{current} cannot be used: {newest.Reason}. The copy in {temporary}, whose saving was interrupted, is whole and "
                + "was taken.");

        var older = TryRead(previous);
        if (older.Value is { } copy)
            return Older(copy, older, $"{current} cannot be used: {newest.Reason}. The other copy, {previous}, was taken.");

        if (newest.IsMissing && older.IsMissing)
        {
            return unfinished.IsMissing
                ? new StateLoad<T>.Absent()
                : new StateLoad<T>.Unreadable(
                    $"Only {temporary} is there, of a first save that did not finish: {unfinished.Reason}. Nothing was confirmed by it: "
                    + "if this daemon never worked here, delete it and begin again.");
        }

        return new StateLoad<T>.Unreadable(
            $"{current}: {newest.Reason}; {previous}: {older.Reason}. Put back a copy of one of them from a backup. " +
            "Without one, everything known is lost: move both files away and begin again as after the installation.");
    }

    private StateLoad<T>.LoadedPrevious Older(T value, RequestAttempt requestAttempt, string why)
    {
        var damage = WithChanges(value, requestAttempt.Snapshot!);
        log = null; // The next save writes a whole one.
        return new StateLoad<T>.LoadedPrevious(value, damage is null ? why : $"{why} {damage}");
    }

    /// <summary>Brings a snapshot up to what was confirmed after it. A sentence when some of that is lost; null when nothing is.</summary>
    private string? WithChanges(T value, Snapshot snapshot)
    {
        StateLogReading? reading = null;
        if (form.HasParts)
        {
            foreach (var path in new[] { changes, previousChanges })
            {
                if ((reading = StateLogFile.Read(path, snapshot.Name, change => form.Apply(value, change))) is null) continue;
                logFoundAt = path;
                break;
            }

            if (reading is null && StateLogFile.IsBegun(changes)) reading = new StateLogReading(0, 0, $"{changes} belongs to another copy");
        }

        form.Settle(value);
        snapshotLength = snapshot.Length;

        // What an older version wrote is written anew whole, so that it is never taken for all there is by that version.
        log = reading?.Damage is null && snapshot.Format == form.Format ? new StateLogFile(changes, snapshot.Name, reading) : null;
        return reading?.Damage is { } damage ? $"Changes of the state are lost: {damage}. What could be read was taken." : null;
    }

    private long WriteTemporary(T state, string name)
    {
        // A left-over may be there with any mode: only a new file is sure to be 0600 from its first byte.
        File.Delete(temporary);
        using var file = new FileStream(temporary, PrivateFile.NewFile);
        AfterStep?.Invoke(SaveStep.TemporaryCreated);
        StateEnvelope.Write(file, state, name, form, () => AfterStep?.Invoke(SaveStep.TemporaryHalfWritten));
        AfterStep?.Invoke(SaveStep.TemporaryWritten);
        file.Flush(flushToDisk: true);
        AfterStep?.Invoke(SaveStep.TemporarySynced);
        return file.Length;
    }

    /// <summary>
    /// Gives the present file its second name, so that the next rename replaces only the first: there is never none. Its changes go with
    /// it; until the rename they are found under that name, too.
    /// </summary>
    private void KeepPrevious()
    {
        if (!File.Exists(current))
            return;

        File.Delete(previous);
        AfterStep?.Invoke(SaveStep.PreviousRemoved);
        if (!LibC.TryLink(current, previous))
            File.Copy(current, previous, overwrite: true);
        AfterStep?.Invoke(SaveStep.PreviousKept);
        if (logFoundAt != previousChanges && File.Exists(changes)) File.Move(changes, previousChanges, overwrite: true);
        logFoundAt = previousChanges;
        AfterStep?.Invoke(SaveStep.ChangesKept);
    }

    /// <summary>Not a link: what damages the one must not damage the other. A disk without room for it keeps the copy of before.</summary>
    private void KeepTwice()
    {
        try
        {
            using (var copy = new FileStream(temporary, PrivateFile.NewFile))
            {
                using var snapshot = File.OpenRead(current);
                snapshot.CopyTo(copy);
                AfterStep?.Invoke(SaveStep.CopyWritten);
                copy.Flush(flushToDisk: true);
            }

            File.Move(temporary, previous, overwrite: true);
            AfterStep?.Invoke(SaveStep.CopyKept);
            File.Delete(previousChanges);
            LibC.SyncDirectory(directory);
        }
        catch (IOException)
        {
            File.Delete(temporary); // It would take the room that the changes need.
        }
    }

    /// <summary>
    /// Whatever a save fails for, a fault of ours or want of memory included: it ends here and is told, and who locks goes on locking.
    /// </summary>
    private static bool Try(Action save, string path, out string? problem)
    {
        try
        {
            save();
            problem = null;
            return true;
        }
        catch (Exception e)
        {
            problem =
                $"The state could not be written to {path}: {e.Message.TrimEnd('.')}. It is kept in memory and will be tried again: make "
                + $"room there (df -h {Path.GetDirectoryName(path)}), or make it writable.";
            return false;
        }
    }

    private RequestAttempt TryRead(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var value = StateEnvelope.Read(file, form, out var snapshot, out var reason, out var isNewer);
            return new RequestAttempt(value, snapshot, reason, IsMissing: false, IsFinal: isNewer,
                "Install the newer version again, or put back an older copy of the state.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new RequestAttempt(null, null, "it is missing", IsMissing: true, IsFinal: false, "");
        }
        catch (UnauthorizedAccessException e)
        {
            return new RequestAttempt(
                null, null, e.Message, IsMissing: false, IsFinal: true, "Give it back to the daemon's user (chown), mode 0600.");
        }
        catch (IOException e)
        {
            return new RequestAttempt(null, null, e.Message, IsMissing: false, IsFinal: false, "");
        }
    }

    private sealed record RequestAttempt(T? Value, Snapshot? Snapshot, string Reason, bool IsMissing, bool IsFinal, string Remedy);
}

/// <summary>What has changed, as it is going to be written.</summary>
internal sealed class ChangeBuffer
{
    private const int Kept = 1024 * 1024;

    private ArrayBufferWriter<byte> bytes = new(4096);
    private Utf8JsonWriter? json;

    public ReadOnlySpan<byte> Written
    {
        get
        {
            json!.Flush();
            return bytes.WrittenSpan;
        }
    }

    public Utf8JsonWriter Begin()
    {
        bytes.ResetWrittenCount();
        (json ??= new Utf8JsonWriter(bytes, StateForm<object>.Writing)).Reset(bytes);
        return json;
    }

    /// <summary>Thousands of changes at once are no reason to keep their room for good.</summary>
    public void Shrink()
    {
        if (bytes.Capacity > Kept) bytes = new ArrayBufferWriter<byte>(4096);
    }
}

/// <summary>The points between which a crash can fall while a state is saved; for tests.</summary>
internal enum SaveStep
{
    TemporaryCreated,
    TemporaryHalfWritten,
    TemporaryWritten,
    TemporarySynced,
    PreviousRemoved,
    PreviousKept,
    ChangesKept,
    Renamed,
    DirectorySynced,
    CopyWritten,
    CopyKept,
    ChangeBegun,
    ChangeHalfWritten,
    ChangeWritten,
    ChangeSynced,
}
