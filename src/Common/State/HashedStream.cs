using System.Security.Cryptography;

namespace Athena.Common.State;

/// <summary>
/// Passes on what is written to it, and knows the SHA-256 of that. In large pieces, whatever size it comes in and however often it is
/// flushed: the writer of JSON flushes after each of many thousand items.
/// </summary>
internal sealed class HashedStream(Stream to) : Stream
{
    private const int PieceLength = 64 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] piece = new byte[PieceLength];
    private int waiting;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

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
