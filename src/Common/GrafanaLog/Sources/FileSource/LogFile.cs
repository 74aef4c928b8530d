using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Athena.Common.GrafanaLog.Line;
using Microsoft.Win32.SafeHandles;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>
/// One open file of a log and the place in it, always just behind a line end. The last bytes before that place are kept: each read fetches
/// them again, and when they are others the file was rewritten under our hands.
/// </summary>
internal sealed partial class LogFile : IDisposable
{
    /// <summary>Of a line longer than this each value is shortened (<see cref="LongLine"/>). Grafana's own lines stay far below.</summary>
    public const int MaxLine = 1024 * 1024;

    private const int FingerprintSpan = 256;
    private const int FirstBuffer = 64 * 1024;

    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private readonly SafeFileHandle handle;
    private readonly byte[] lastBytes = new byte[FingerprintSpan];
    private byte[] buffer = new byte[FirstBuffer];
    private int lastLength;

    // What is known of an over-long line whose end has not been found, and where the search for it goes on; null when there is none.
    private LongLine? longLine;
    private long longTo;

    private LogFile(SafeFileHandle handle, FileIdentity identity)
    {
        this.handle = handle;
        Identity = identity;
    }

    public FileIdentity Identity { get; }

    /// <summary>Behind the last line that was handed over.</summary>
    public long Offset { get; private set; }

    /// <summary>Up to where the file has been looked at; what lies between is half a line.</summary>
    public long SizeSeen { get; private set; }

    public string Fingerprint => Hash(Before);

    /// <summary>The bytes just before <see cref="Offset"/>.</summary>
    private ReadOnlySpan<byte> Before => lastBytes.AsSpan(0, lastLength);

    /// <summary>Opens a regular file. Never blocks, also when somebody put a pipe there.</summary>
    /// <returns>Null when it cannot be opened; <paramref name="status"/> says why.</returns>
    public static LogFile? TryOpen(NativePath path, out FileStatus status)
    {
        int descriptor = Open(path.Bytes, ReadOnly | NonBlocking | CloseOnExec);
        if (descriptor < 0)
        {
            // The group is worth knowing when permission is missing, so the file is looked at in spite of the error.
            int error = Marshal.GetLastPInvokeError();
            status = FileStatus.Of(path) with { Error = error };
            return null;
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        status = FileStatus.Of(handle);
        if (status.IsRegular)
            return new LogFile(handle, status.Identity);
        handle.Dispose();
        return null;
    }

    public FileStatus Status() => FileStatus.Of(handle);

    public void StandAtStart() => StandAt(0, []);

    /// <param name="offset">Just behind a line end, or 0.</param>
    public void StandAt(long offset) => StandAt(offset, BytesBefore(offset));

    /// <summary>Goes on where another place in the same file has come to.</summary>
    public void StandAt(LogFile other) => StandAt(other.Offset, other.Before);

    /// <summary>Another place in the same file, for another thread. It may be used as long as this one is open.</summary>
    /// <param name="offset">Just behind a line end, or 0.</param>
    public LogFile Share(long offset)
    {
        var other = new LogFile(handle, Identity);
        other.StandAt(offset);
        return other;
    }

    /// <summary>Behind the last complete line, so that a line which is being written just now is read whole.</summary>
    public void StandAtEnd()
    {
        long end = Status().Size;
        while (end > 0)
        {
            int length = (int)Math.Min(end, FirstBuffer);
            ReadOnlySpan<byte> chunk = ReadAt(buffer.AsSpan(0, length), end - length);
            int lineEnd = chunk.LastIndexOf((byte)'\n');
            if (lineEnd >= 0)
            {
                long offset = end - length + lineEnd + 1;
                StandAt(offset);
                return;
            }
            end -= length;
        }
        StandAtStart();
    }

    /// <summary>Goes to a place that was kept, if the file still has there what it had.</summary>
    public bool TryStandAt(long offset, string fingerprint)
    {
        if (offset < 0 || Status().Size < offset)
            return false;
        byte[] before = BytesBefore(offset);
        if (Hash(before) != fingerprint)
            return false;
        StandAt(offset, before);
        return true;
    }

    /// <summary>Time of the first line that has one, within the first 64 KiB; null when none has.</summary>
    public DateTimeOffset? FirstTime()
    {
        ReadOnlySpan<byte> begin = ReadAt(buffer.AsSpan(0, FirstBuffer), 0);
        foreach (Range line in begin.Split((byte)'\n'))
        {
            if (LogLine.Parse(begin[line]).Time is { } time)
                return time;
        }
        return null;
    }

    /// <summary>Time of the last line that has one, within the last 64 KiB; null when none has.</summary>
    public DateTimeOffset? LastTime()
    {
        DateTimeOffset? last = null;
        ReadOnlySpan<byte> end = LastLines(buffer.AsSpan(0, FirstBuffer));
        foreach (Range line in end.Split((byte)'\n'))
            last = LogLine.Parse(end[line]).Time ?? last;
        return last;
    }

    /// <summary>The time of the first line that has one, among the first of a file; null when the file cannot be read.</summary>
    public static DateTimeOffset? FirstLineAt(NativePath path)
    {
        using LogFile? file = TryOpen(path, out _);
        if (file is null)
            return null;
        try
        {
            ReadOnlySpan<byte> begin = file.Begin(new byte[FirstBuffer]);
            foreach (Range line in begin.Split((byte)'\n'))
            {
                if (LogLine.Parse(begin[line]).Time is { } at)
                    return at;
            }
        }
        catch (IOException)
        {
            // What cannot be read has no line for whoever asks.
        }
        return null;
    }

    /// <summary>The first bytes of the file, at most as many as <paramref name="buffer"/> takes.</summary>
    public ReadOnlySpan<byte> Begin(Span<byte> buffer) => ReadAt(buffer, 0);

    /// <summary>The last bytes of the file, at most as many as <paramref name="buffer"/> takes, beginning at a line's begin.</summary>
    public ReadOnlySpan<byte> LastLines(Span<byte> buffer)
    {
        long size = Status().Size;
        long from = Math.Max(0, size - buffer.Length);
        ReadOnlySpan<byte> bytes = ReadAt(buffer, from);
        return from == 0 ? bytes : bytes[(bytes.IndexOf((byte)'\n') + 1)..];
    }

    /// <summary>Hands over the complete lines behind <see cref="Offset"/> and takes what it read from <paramref name="budget"/>.</summary>
    /// <exception cref="IOException">The file system fails.</exception>
    public DrainEnd Drain(LineHandler onLine, LineTally tally, ref long budget) => Drain(
        lines =>
        {
            Hand(lines, onLine, tally);
            return lines.Length;
        },
        tally.CountTooLong,
        ref budget);

    /// <summary>
    /// Hands over the complete lines behind <see cref="Offset"/>, many at a time and each with its line end, until the handler has enough.
    /// </summary>
    /// <param name="onTooLong">A line was passed over that is no line of Grafana's logger: even with its values shortened it is too
    /// long.</param>
    /// <exception cref="IOException">The file system fails.</exception>
    public DrainEnd Drain(LinesHandler onLines, Action onTooLong, ref long budget)
    {
        while (true)
        {
            if (budget <= 0)
                return DrainEnd.BudgetSpent;

            ReadOnlySpan<byte> read = ReadAt(buffer, Offset - lastLength);
            if (read.Length < lastLength)
                return DrainEnd.Truncated;
            if (!read.StartsWith(Before))
                return DrainEnd.Rewritten;

            ReadOnlySpan<byte> fresh = read[lastLength..];
            int lineEnd = fresh.LastIndexOf((byte)'\n');
            if (lineEnd >= 0)
            {
                int taken = onLines(fresh[..(lineEnd + 1)]);
                budget -= taken;
                StandAt(Offset + taken, read[..(lastLength + taken)]);
                if (taken <= lineEnd)
                    return DrainEnd.Enough;
                continue;
            }

            SizeSeen = Offset + fresh.Length;
            if (read.Length < buffer.Length)
                return DrainEnd.EndOfFile;
            if (buffer.Length < MaxLine + FingerprintSpan)
                buffer = new byte[Math.Min(buffer.Length * 2, MaxLine + FingerprintSpan)];
            else if (TakeLongLine(onLines, onTooLong, ref budget) is { } end)
                return end;
        }
    }

    public void Dispose() => handle.Dispose();

    private static void Hand(ReadOnlySpan<byte> lines, LineHandler onLine, LineTally tally)
    {
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = lines[..end];
            onLine(line);
            tally.Count(line);
            lines = lines[(end + 1)..];
        }
    }

    /// <summary>A line that does not fit into the buffer: it is handed over when its end was found.</summary>
    /// <returns>Why nothing more can be handed over; null when it goes on behind that line.</returns>
    private DrainEnd? TakeLongLine(LinesHandler onLines, Action onTooLong, ref long budget)
    {
        if (longLine is null)
            (longLine, longTo) = (new LongLine(), Offset);
        while (budget > 0)
        {
            ReadOnlySpan<byte> chunk = ReadAt(buffer, longTo);
            SizeSeen = longTo + chunk.Length;
            if (chunk.IsEmpty)
                return DrainEnd.EndOfFile;
            budget -= chunk.Length;
            int lineEnd = chunk.IndexOf((byte)'\n');
            longLine.Add(lineEnd < 0 ? chunk : chunk[..lineEnd]);
            if (lineEnd < 0)
            {
                longTo += chunk.Length;
                continue;
            }

            LongLine line = longLine;
            long end = longTo + lineEnd + 1;
            longLine = null;
            if (line.IsCut)
                onTooLong();
            else if (onLines([.. line.Finish(), (byte)'\n']) == 0)
                return DrainEnd.Enough;
            StandAt(end);
            return null;
        }
        return DrainEnd.BudgetSpent;
    }

    /// <param name="before">Bytes just before the offset, the more of <see cref="FingerprintSpan"/> the better.</param>
    private void StandAt(long offset, ReadOnlySpan<byte> before)
    {
        Offset = offset;
        SizeSeen = offset;
        longLine = null;
        lastLength = Math.Min(before.Length, FingerprintSpan);
        before[^lastLength..].CopyTo(lastBytes);
    }

    private byte[] BytesBefore(long offset)
    {
        byte[] before = new byte[Math.Min(offset, FingerprintSpan)];
        return ReadAt(before, offset - before.Length).ToArray();
    }

    /// <summary>Fills the buffer as far as the file goes.</summary>
    public Span<byte> ReadAt(Span<byte> buffer, long offset)
    {
        int length = 0;
        while (length < buffer.Length)
        {
            int read = RandomAccess.Read(handle, buffer[length..], offset + length);
            if (read == 0)
                break;
            length += read;
        }
        return buffer[..length];
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(ReadOnlySpan<byte> path, int flags);
}
