using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Athena.Common.Files;
using Athena.Common.State.Audit;

namespace Athena.Common.State;

/// <summary>
/// What has changed since a snapshot of a state, a line of JSON for each change, each with its checksum. The first line says of which
/// snapshot: changes of one are never put on another. A last line that a crash cut off was never confirmed and counts for nothing.
/// </summary>
internal sealed class StateLogFile
{
    private static ReadOnlySpan<byte> Header => "{\"changesOf\":\""u8;

    private static ReadOnlySpan<byte> BeforeHash => ",\"sha256\":\""u8;

    private static ReadOnlySpan<byte> BeforeChange => "\",\"change\":"u8;

    private const int HashLength = 64;
    private const int LongestKept = 1024 * 1024;

    private readonly string path;
    private readonly string snapshot;
    private ArrayBufferWriter<byte> line = new(4096);
    private long number;

    /// <param name="path">The file.</param>
    /// <param name="snapshot">The snapshot's name.</param>
    /// <param name="found">What was read from it; null when there is none and it is to be begun.</param>
    public StateLogFile(string path, string snapshot, StateLogReading? found)
    {
        this.path = path;
        this.snapshot = snapshot;
        Length = found?.End ?? 0;
        number = found?.Count ?? 0;
    }

    /// <summary>Bytes that are confirmed.</summary>
    public long Length { get; private set; }

    /// <summary>Adds one change, durable when it returns.</summary>
    /// <param name="change">JSON without a line end.</param>
    /// <param name="afterStep">See <see cref="FileState{T}.AfterStep"/>.</param>
    /// <exception cref="IOException">The disk refuses; what it took of it is taken away again before the next.</exception>
    public void Append(ReadOnlySpan<byte> change, Action<SaveStep>? afterStep)
    {
        line.ResetWrittenCount();
        var isNew = Length == 0;
        if (isNew) line.Write(Encoding.ASCII.GetBytes($"{{\"changesOf\":\"{snapshot}\"}}\n"));
        line.Write(Encoding.ASCII.GetBytes($"{{\"n\":{number + 1}"));
        line.Write(BeforeHash);
        line.Write(Encoding.ASCII.GetBytes(Hash(snapshot, number + 1, change)));
        line.Write(BeforeChange);
        line.Write(change);
        line.Write("}\n"u8);

        WriteLine(isNew, afterStep);
        Length += line.WrittenCount;
        number++;
        if (line.Capacity > LongestKept) line = new ArrayBufferWriter<byte>(4096);
    }

    private void WriteLine(bool isNew, Action<SaveStep>? afterStep)
    {
        // Opened each time: a disk that was mounted anew has another file of that name.
        using var file = PrivateFile.OpenOrCreate(path);
        if (file.Length != Length) file.SetLength(Length);
        file.Position = Length;
        afterStep?.Invoke(SaveStep.ChangeBegun);
        file.Write(line.WrittenSpan[..(line.WrittenCount / 2)]);
        afterStep?.Invoke(SaveStep.ChangeHalfWritten);
        file.Write(line.WrittenSpan[(line.WrittenCount / 2)..]);
        afterStep?.Invoke(SaveStep.ChangeWritten);
        file.Flush(flushToDisk: true);
        if (isNew) LibC.SyncDirectory(Path.GetDirectoryName(path)!);
        afterStep?.Invoke(SaveStep.ChangeSynced);
    }

    /// <summary>Reads the changes of a snapshot, oldest first. Null when the file is none of that snapshot's, or is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="snapshot">The snapshot's name.</param>
    /// <param name="apply">Takes each change.</param>
    public static StateLogReading? Read(string path, string snapshot, ChangeTaker apply)
    {
        long end = 0, count = 0;
        var isHeaded = false;
        string? damage = null;
        foreach (var found in AuditReader.Lines(path))
        {
            if (!isHeaded)
            {
                if (!found.IsFinished || !IsHeader(found.Bytes, snapshot)) return null;
                isHeaded = true;
                end = found.End;
                continue;
            }

            if (!found.IsFinished || !TryParse(found.Bytes, snapshot, out var number, out var change) || !TryApply(apply, change))
            {
                // A crash leaves a line without its end.
                if (found.IsFinished) damage ??= $"line {found.Number} of {path} is damaged";
                continue;
            }

            // Behind a line that was cut off nothing is ever written: it is taken away first.
            if (number != count + 1) damage ??= $"changes {count + 1} to {number - 1} are missing in {path}";
            count = number;
            end = found.End;
            if (damage is not null) return Rest(path, snapshot, apply, found.Number, damage);
        }

        return isHeaded ? new StateLogReading(end, count, damage) : null;
    }

    /// <summary>
    /// Whether there is a log, of whatever snapshot, damaged or not; one that was cut off in its first line was never confirmed.
    /// </summary>
    public static bool IsBegun(string path) => AuditReader.Lines(path).FirstOrDefault() is { IsFinished: true };

    /// <summary>Damage amid the file: what lies behind it is newer than what lies before, and better than nothing.</summary>
    private static StateLogReading Rest(string path, string snapshot, ChangeTaker apply, int from, string damage)
    {
        long end = 0, count = 0;
        foreach (var found in AuditReader.Lines(path))
        {
            end = found.End;
            if (found.Number > from && TryParse(found.Bytes, snapshot, out count, out var change)) TryApply(apply, change);
        }

        return new StateLogReading(end, count, damage);
    }

    private static bool IsHeader(ReadOnlySpan<byte> line, string snapshot) =>
        line.StartsWith(Header) && line[Header.Length..].SequenceEqual(Encoding.ASCII.GetBytes($"{snapshot}\"}}"));

    private static bool TryParse(ReadOnlySpan<byte> line, string snapshot, out long number, out ReadOnlySpan<byte> change)
    {
        change = default;
        var digits = line.StartsWith("{\"n\":"u8) ? line["{\"n\":"u8.Length..] : default;
        if (!System.Buffers.Text.Utf8Parser.TryParse(digits, out number, out var length)) return false;
        var rest = digits[length..];
        if (!rest.StartsWith(BeforeHash) || rest.Length < BeforeHash.Length + HashLength + BeforeChange.Length + 1) return false;
        var hash = rest.Slice(BeforeHash.Length, HashLength);
        rest = rest[(BeforeHash.Length + HashLength)..];
        if (!rest.StartsWith(BeforeChange) || rest[^1] != '}') return false;
        change = rest[BeforeChange.Length..^1];
        return hash.SequenceEqual(Encoding.ASCII.GetBytes(Hash(snapshot, number, change)));
    }

    private static bool TryApply(ChangeTaker apply, ReadOnlySpan<byte> change)
    {
        try
        {
            apply(change);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Hash(string snapshot, long number, ReadOnlySpan<byte> change)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"{snapshot}:{number}:"));
        hash.AppendData(change);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>Takes one change out of the log of a state.</summary>
internal delegate void ChangeTaker(ReadOnlySpan<byte> change);

/// <summary>How a log of changes was found.</summary>
/// <param name="End">Up to where it is whole.</param>
/// <param name="Count">Changes in it.</param>
/// <param name="Damage">A clause about what is missing amid it; null when nothing is.</param>
internal sealed record StateLogReading(long End, long Count, string? Damage);
