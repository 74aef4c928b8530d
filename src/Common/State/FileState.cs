using System.Buffers;
using System.Text.Json.Serialization.Metadata;

namespace Athena.Common.State;

/// <summary>
/// A daemon's memory in one file, <c>state.json</c>, with the copy before it, <c>state.previous.json</c>, both 0600. At every moment of a
/// save, and after a crash at any of them, a whole copy is there under one of the two names (or, at the very first save, under the
/// temporary one). One writer, not thread-safe: take the <see cref="StateLock"/> first.
/// </summary>
/// <param name="directory">Exists and belongs to the daemon.</param>
/// <param name="type">Source-generated description of <typeparamref name="T"/>.</param>
/// <param name="format">
/// The version of <typeparamref name="T"/>: raised when older programs could not read it any more. Older formats are read as they are.
/// </param>
public sealed class FileState<T>(string directory, JsonTypeInfo<T> type, int format = 1) : IStateStore<T>
    where T : class
{
    public const string FileName = "state.json";
    public const string PreviousName = "state.previous.json";
    public const string TemporaryName = "state.json.tmp";

    private readonly string current = Path.Combine(directory, FileName);
    private readonly string previous = Path.Combine(directory, PreviousName);
    private readonly string temporary = Path.Combine(directory, TemporaryName);
    private readonly ArrayBufferWriter<byte> buffer = new(64 * 1024);

    /// <summary>Called after each step of a save; what it throws ends the save there, as a crash would.</summary>
    internal Action<SaveStep>? AfterStep { get; set; }

    /// <inheritdoc/>
    public bool TrySave(T state, out string? problem)
    {
        problem = null;
        buffer.ResetWrittenCount();
        StateEnvelope.Write(buffer, state, format, type);
        try
        {
            WriteTemporary(buffer.WrittenSpan);
            KeepPrevious();
            File.Move(temporary, current, overwrite: true);
            AfterStep?.Invoke(SaveStep.Renamed);
            LibC.SyncDirectory(directory);
            AfterStep?.Invoke(SaveStep.DirectorySynced);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"The state could not be written to {current}: {e.Message.TrimEnd('.')}. It is kept in memory and will be tried again: make room there (df -h {Path.GetDirectoryName(current)}), or make it writable.";
            return false;
        }
    }

    /// <summary>Reads what is there; writes nothing.</summary>
    public StateLoad<T> Load()
    {
        var newest = Try(current);
        if (newest.Value is { } value)
            return new StateLoad<T>.Loaded(value);
        if (newest.IsFinal)
            return new StateLoad<T>.Unreadable($"{current} cannot be used: {newest.Reason}. {newest.Remedy}");

        // A left-over temporary file is of the latest save, which did not come to its end: newer than the previous copy.
        var unfinished = Try(temporary);
        if (unfinished.Value is { } complete)
            return new StateLoad<T>.LoadedPrevious(complete, $"{current} cannot be used: {newest.Reason}. The copy in {temporary}, whose saving was interrupted, is whole and was taken.");

        var older = Try(previous);
        if (older.Value is { } copy)
            return new StateLoad<T>.LoadedPrevious(copy, $"{current} cannot be used: {newest.Reason}. The copy before it, {previous}, was taken.");

        if (newest.IsMissing && older.IsMissing)
        {
            return unfinished.IsMissing
                ? new StateLoad<T>.Absent()
                : new StateLoad<T>.Unreadable($"Only {temporary} is there, of a first save that did not finish: {unfinished.Reason}. Nothing was confirmed by it: if this daemon never worked here, delete it and begin again.");
        }

        return new StateLoad<T>.Unreadable(
            $"{current}: {newest.Reason}; {previous}: {older.Reason}. Put back a copy of one of them from a backup. " +
            "Without one, everything known is lost: move both files away and begin again as after the installation.");
    }

    private void WriteTemporary(ReadOnlySpan<byte> content)
    {
        // A left-over may be there with any mode: only a new file is sure to be 0600 from its first byte.
        File.Delete(temporary);
        using var file = new FileStream(temporary, PrivateFile.NewFile);
        AfterStep?.Invoke(SaveStep.TemporaryCreated);
        if (AfterStep is not null)
        {
            file.Write(content[..(content.Length / 2)]);
            AfterStep(SaveStep.TemporaryHalfWritten);
            content = content[(content.Length / 2)..];
        }

        file.Write(content);
        AfterStep?.Invoke(SaveStep.TemporaryWritten);
        file.Flush(flushToDisk: true);
        AfterStep?.Invoke(SaveStep.TemporarySynced);
    }

    /// <summary>Gives the present file its second name, so that the next rename replaces only the first: there is never none.</summary>
    private void KeepPrevious()
    {
        if (!File.Exists(current))
            return;

        File.Delete(previous);
        AfterStep?.Invoke(SaveStep.PreviousRemoved);
        if (!LibC.TryLink(current, previous))
            File.Copy(current, previous, overwrite: true);
        AfterStep?.Invoke(SaveStep.PreviousKept);
    }

    private Attempt Try(string path)
    {
        try
        {
            var value = StateEnvelope.Read(File.ReadAllBytes(path), format, type, out var reason, out var isNewer);
            return new Attempt(value, reason, IsMissing: false, IsFinal: isNewer, "Install the newer version again, or put back an older copy of the state.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Attempt(null, "it is missing", IsMissing: true, IsFinal: false, "");
        }
        catch (UnauthorizedAccessException e)
        {
            return new Attempt(null, e.Message, IsMissing: false, IsFinal: true, "Give it back to the daemon's user (chown), mode 0600.");
        }
        catch (IOException e)
        {
            return new Attempt(null, e.Message, IsMissing: false, IsFinal: false, "");
        }
    }

    private sealed record Attempt(T? Value, string Reason, bool IsMissing, bool IsFinal, string Remedy);
}
