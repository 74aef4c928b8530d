using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Athena.Common.Text;

namespace Athena.Common.State;

/// <summary>
/// The form of a state file: <c>{"format":1,"name":"…","sha256":"…","state":{…}}</c>, JSON that <c>jq</c> reads, with the hash of the
/// bytes of the state itself. Written and read as a stream: it is never in memory as a whole.
/// </summary>
internal static class StateEnvelope
{
    private const int HashLength = 64;
    private const int LongestHead = 512;

    private static ReadOnlySpan<byte> Tail => "}\n"u8;

    /// <summary>A name for a new snapshot, that none had before.</summary>
    public static string NewName() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Writes the envelope: the state goes to the file while it is serialised, and its hash is put in afterwards.</summary>
    /// <param name="file">Empty, and can be sought in.</param>
    /// <param name="afterHead">Called when the head is written and the state is not.</param>
    public static void Write<T>(Stream file, T state, string name, StateForm<T> form, Action afterHead)
        where T : class
    {
        var head = $"{{\"format\":{form.Format},\"name\":\"{name}\",\"sha256\":\"";
        file.Write(Encoding.ASCII.GetBytes($"{head}{new string('0', HashLength)}\",\"state\":"));
        afterHead();
        using var hashed = new HashedStream(file);
        using (var json = new Utf8JsonWriter(hashed, StateForm<T>.Writing)) form.Write(state, json);
        var hash = hashed.Hash();
        file.Write(Tail);
        file.Position = head.Length;
        file.Write(Encoding.ASCII.GetBytes(hash));
    }

    /// <summary>Whether it is a whole state file, of whatever daemon and format; otherwise why not.</summary>
    public static bool IsSound(byte[] file, out string reason) => TryOpen(new MemoryStream(file), out _, out _, out reason);

    /// <summary>The name of the snapshot; null when it is none.</summary>
    public static string? NameOf(byte[] file) => TryOpen(new MemoryStream(file), out var snapshot, out _, out _) ? snapshot!.Name : null;

    /// <summary>The state, or null with a reason. <paramref name="isNewer"/>: whole, but written by a later version.</summary>
    public static T? Read<T>(Stream file, StateForm<T> form, out Snapshot? snapshot, out string reason, out bool isNewer)
        where T : class
    {
        isNewer = false;
        if (!TryOpen(file, out snapshot, out var at, out reason))
            return null;
        if (snapshot!.Format > form.Format)
        {
            isNewer = true;
            reason = $"it has format {snapshot.Format}, this version knows formats up to {form.Format}";
            return null;
        }

        try
        {
            file.Position = at;
            if (form.Read(new PartStream(file, snapshot.Length - at - Tail.Length)) is { } state)
                return state;
            reason = "it is not a state file";
        }
        catch (Exception e) when (IsDamage(e))
        {
            reason = Damaged(e);
        }

        return null;
    }

    /// <summary>Reads all of it once for the sake of its hash.</summary>
    private static bool TryOpen(Stream file, out Snapshot? snapshot, out long stateAt, out string reason)
    {
        (snapshot, stateAt) = (null, 0);
        var length = file.Length;
        reason = "it is empty";
        if (length == 0)
            return false;

        try
        {
            var head = new byte[Math.Min(length, LongestHead)];
            file.Position = 0;
            file.ReadExactly(head);
            var (format, name, hash, at) = Head(head);
            stateAt = at;
            if (format is null || hash is null || at == 0)
            {
                reason = "it is not a state file";
                return false;
            }

            // The line feed alone may be missing.
            var tail = new byte[Tail.Length];
            file.Position = Math.Max(0, length - tail.Length);
            file.ReadExactly(tail);
            if (tail[1] == '}') length++;
            else if (!tail.AsSpan().SequenceEqual(Tail)) throw new FormatException("its end is missing");
            file.Position = at;
            if (!hash.Equals(HashedStream.HashOf(new PartStream(file, length - at - Tail.Length)), StringComparison.Ordinal))
                reason = "its content does not fit its checksum";
            else
                (snapshot, reason) = (new Snapshot(name ?? hash, format.Value, length), "");
        }
        catch (Exception e) when (IsDamage(e))
        {
            reason = Damaged(e);
        }

        return snapshot is not null;
    }

    private static (int? Format, string? Name, string? Hash, long StateAt) Head(ReadOnlySpan<byte> head)
    {
        int? format = null;
        string? name = null, hash = null;
        var json = new Utf8JsonReader(head, isFinalBlock: false, default);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var property = json.GetString();
            if (property == "state")
                return (
                    format,
                    name,
                    hash,
                    json.BytesConsumed + (head.Length > json.BytesConsumed && head[(int)json.BytesConsumed] == ':' ? 1 : 0));
            if (!json.Read())
                break;
            if (property == "format")
                format = json.GetInt32();
            else if (property == "name")
                name = json.GetString();
            else if (property == "sha256")
                hash = json.GetString();
            if (!json.TrySkip())
                break;
        }

        return (format, name, hash, 0);
    }

    private static bool IsDamage(Exception e) =>
        e is JsonException or InvalidOperationException or FormatException or NotSupportedException or EndOfStreamException
            or ArgumentException;

    private static string Damaged(Exception e) => $"it is cut off or damaged ({e.Message})";
}

/// <summary>So many bytes of another stream that can seek, from where it stands now, as if it had no others.</summary>
internal sealed class PartStream(Stream of, long length) : Stream
{
    private readonly long from = of.Position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = Math.Max(0, length);

    public override long Position
    {
        get => of.Position - from;
        set => of.Position = from + value;
    }

    public override int Read(Span<byte> buffer) => of.Read(buffer[..(int)Math.Clamp(Length - Position, 0, buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        SeekOrigin.End => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>
/// Passes on what is written to it, and knows the SHA-256 of that. In large pieces, whatever size it comes in and however often it is
/// flushed: the writer of JSON flushes after each of many thousand items.
/// </summary>
internal sealed class HashedStream(Stream to) : SequentialStream
{
    private const int PieceLength = 64 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] piece = new byte[PieceLength];
    private int waiting;

    public override bool CanWrite => true;

    /// <summary>Of all that was written, which has been passed on then; in lower-case hexadecimal.</summary>
    public string Hash()
    {
        PassOn();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc cref="Hash"/>
    public static string HashOf(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var some = buffer[..Math.Min(buffer.Length, PieceLength - waiting)];
            some.CopyTo(piece.AsSpan(waiting));
            waiting += some.Length;
            buffer = buffer[some.Length..];
            if (waiting == PieceLength) PassOn();
        }
    }

    private void PassOn()
    {
        hash.AppendData(piece, 0, waiting);
        to.Write(piece, 0, waiting);
        waiting = 0;
    }

    protected override void Dispose(bool disposing)
    {
        hash.Dispose();
        base.Dispose(disposing);
    }
}
