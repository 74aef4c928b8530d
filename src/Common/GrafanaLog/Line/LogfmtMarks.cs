using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// Finds the bytes that may end a key or a value of a text line: a space or below, <c>=</c>, <c>"</c>. Fields are short, so a search for
/// each would cost more in beginning than in searching: 64 bytes are looked at together and their marks kept, one bit each.
/// </summary>
internal ref struct LogfmtMarks(ReadOnlySpan<byte> line)
{
    private const int Block = 64;

    private readonly ReadOnlySpan<byte> _line = line;
    private ulong _marks;
    private int _blockStart = -Block;

    /// <summary>Index of the first mark at or behind <paramref name="from"/>; the length of the line when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int from)
    {
        while (from < _line.Length)
        {
            int blockStart = from & -Block;
            if (blockStart != _blockStart)
                Look(blockStart);
            ulong marks = _marks >> from; // The shift takes the low six bits: the place in the block.
            if (marks != 0)
                return from + BitOperations.TrailingZeroCount(marks);
            from = blockStart + Block;
        }
        return _line.Length;
    }

    private void Look(int blockStart)
    {
        _blockStart = blockStart;
        int beyond = blockStart + Block - _line.Length;
        if (beyond <= 0)
            _marks = Marks(_line.Slice(blockStart, Block));
        else if (_line.Length >= Block)
            _marks = Marks(_line[^Block..]) >> beyond; // The last 64 bytes, less those that the block before had.
        else
            LookOneByOne();
    }

    private void LookOneByOne()
    {
        _marks = 0;
        for (int i = 0; i < _line.Length; i++)
        {
            if (_line[i] is <= (byte)' ' or (byte)'=' or (byte)'"')
                _marks |= 1UL << i;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Marks(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<Vector256<byte>> halves = MemoryMarshal.Cast<byte, Vector256<byte>>(block);
        return Marks(halves[0]) | ((ulong)Marks(halves[1]) << (Block / 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Marks(Vector256<byte> bytes) =>
        (Vector256.LessThanOrEqual(bytes, Vector256.Create((byte)' '))
        | Vector256.Equals(bytes, Vector256.Create((byte)'='))
        | Vector256.Equals(bytes, Vector256.Create((byte)'"'))).ExtractMostSignificantBits();
}
