using System.Buffers;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>Bytes as they come over a wire: in pieces that end anywhere.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    private Pieces(ReadOnlyMemory<byte> bytes) => Memory = bytes;

    /// <param name="length">Of each piece but the last.</param>
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int length)
    {
        var first = new Pieces(bytes[..Math.Min(length, bytes.Length)]);
        var last = first;
        for (var at = length; at < bytes.Length; at += length)
        {
            var next = new Pieces(bytes.Slice(at, Math.Min(length, bytes.Length - at))) { RunningIndex = at };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
