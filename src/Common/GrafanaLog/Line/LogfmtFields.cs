using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// Walks over the <c>key=value</c> pairs of a text line, as Grafana writes them (docs/grafana.md §1). It is strict where a value's bounds
/// are in question, because a login that somebody chose must never be read as a field: a quoted value ends at its closing quote and a
/// separator follows; an unquoted one holds no quote. A bare <c>=</c> in an unquoted value is let pass: other writers in the same stream do
/// that.
/// </summary>
/// <param name="at">Where to begin: 0, or behind a value.</param>
internal ref struct LogfmtFields(ReadOnlySpan<byte> line, int at)
{
    private readonly ReadOnlySpan<byte> whole = line;
    private LogfmtMarks marks = new(line);
    private int position = at;

    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>A field and no property: it is handed on by reference, once for nearly every field of every line.</summary>
    public LogText Value;

    /// <summary>True when the walk ended because the line is no logfmt.</summary>
    public bool IsMalformed { get; private set; }

    public bool MoveNext()
    {
        SkipSpace();
        if (position == whole.Length)
            return false;

        int equals = marks.Next(position);
        if (equals == position || equals == whole.Length || whole[equals] != '=')
            return Malformed();
        Key = whole[position..equals];
        return TakeValue(equals + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        while (position < whole.Length && whole[position] <= ' ')
            position++;
    }

    private bool TakeValue(int start) =>
        start < whole.Length && whole[start] == '"' ? TakeQuoted(start + 1) : TakeUnquoted(start);

    private bool TakeQuoted(int start)
    {
        ReadOnlySpan<byte> text = whole[start..];
        int end = EscapedText.IndexOfClosingQuote(text, out bool isEscaped);
        if (end < 0 || (end + 1 < text.Length && text[end + 1] > ' '))
            return Malformed();
        Value = new LogText(text[..end], isEscaped);
        position = start + end + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TakeUnquoted(int start)
    {
        int end = marks.Next(start);
        while (end < whole.Length && whole[end] == '=')
            end = marks.Next(end + 1);
        if (end < whole.Length && whole[end] == '"')
            return Malformed();
        Value = new LogText(whole[start..end], isEscaped: false);
        position = end;
        return true;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        position = whole.Length;
        return false;
    }
}

/// <summary>
/// Finds the bytes that may end a key or a value of a text line: a space or below, <c>=</c>, <c>"</c>. Fields are short, so a search for
/// each would cost more in beginning than in searching: 64 bytes are looked at together and their marks kept, one bit each.
/// </summary>
internal ref struct LogfmtMarks(ReadOnlySpan<byte> line)
{
    private const int Block = 64;

    private readonly ReadOnlySpan<byte> whole = line;
    private ulong marks;
    private int blockStart = -Block;

    /// <summary>Index of the first mark at or behind <paramref name="from"/>; the length of the line when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int from)
    {
        while (from < whole.Length)
        {
            int blockStart = from & -Block;
            if (blockStart != this.blockStart)
                Look(blockStart);
            ulong marks = this.marks >> from; // The shift takes the low six bits: the place in the block.
            if (marks != 0)
                return from + BitOperations.TrailingZeroCount(marks);
            from = blockStart + Block;
        }
        return whole.Length;
    }

    private void Look(int blockStart)
    {
        this.blockStart = blockStart;
        int beyond = blockStart + Block - whole.Length;
        if (beyond <= 0)
            marks = Marks(whole.Slice(blockStart, Block));
        else if (whole.Length >= Block)
            marks = Marks(whole[^Block..]) >> beyond; // The last 64 bytes, less those that the block before had.
        else
            LookOneByOne();
    }

    private void LookOneByOne()
    {
        marks = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            if (whole[i] is <= (byte)' ' or (byte)'=' or (byte)'"')
                marks |= 1UL << i;
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
