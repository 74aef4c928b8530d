using System.Buffers;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// Walks over the members of a one-line JSON object (docs/grafana.md §1). Not <c>Utf8JsonReader</c>, because that throws at broken input
/// and this reads a mixed stream without exceptions; the tests hold it against System.Text.Json. Objects and arrays are given as their raw
/// bytes. A key with escapes in it is left as it stands and so matches none of ours, which Grafana writes plainly.
/// </summary>
internal ref struct JsonFields(ReadOnlySpan<byte> line)
{
    private static readonly SearchValues<byte> EndOfLiteral = SearchValues.Create(",}] \t\r\n\"{[:"u8);
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    private ReadOnlySpan<byte> rest = line;
    private bool isOpen;

    public ReadOnlySpan<byte> Key { get; private set; }

    public LogText Value { get; private set; }

    /// <summary>True when the walk ended because the line is no JSON object.</summary>
    public bool IsMalformed { get; private set; }

    public bool MoveNext()
    {
        bool isFirst = !isOpen;
        if (isFirst && !TryTake((byte)'{'))
            return Malformed();
        isOpen = true;

        if (TryTake((byte)'}'))
            return IsAtEnd() ? false : Malformed();
        if (!isFirst && !TryTake((byte)','))
            return Malformed();
        if (!TryTakeString(out LogText key) || !TryTake((byte)':') || !TryTakeValue(out LogText value))
            return Malformed();
        Key = key.Raw;
        Value = value;
        return true;
    }

    private bool TryTakeValue(out LogText value)
    {
        SkipSpace();
        value = default;
        if (rest.IsEmpty)
            return false;
        if (rest[0] == '"')
            return TryTakeString(out value);

        int end = rest[0] is (byte)'{' or (byte)'[' ? EndOfNested() : rest.IndexOfAny(EndOfLiteral);
        if (end <= 0)
            return false;
        ReadOnlySpan<byte> raw = rest[..end];
        rest = rest[end..];
        value = raw.SequenceEqual("null"u8) ? default : new LogText(raw, isEscaped: false);
        return true;
    }

    private bool TryTakeString(out LogText text)
    {
        text = default;
        if (!TryTake((byte)'"'))
            return false;
        int end = EscapedText.IndexOfClosingQuote(rest, out bool isEscaped);
        if (end < 0)
            return false;
        text = new LogText(rest[..end], isEscaped);
        rest = rest[(end + 1)..];
        return true;
    }

    /// <summary>
    /// Length of the object or array that begins here, or -1. Brackets are counted, strings stepped over; the kinds need not match.
    /// </summary>
    private readonly int EndOfNested()
    {
        int depth = 0;
        int at = 0;
        while (true)
        {
            int found = rest[at..].IndexOfAny(Structure);
            if (found < 0)
                return -1;
            at += found;
            byte mark = rest[at++];
            if (mark == '"')
            {
                int end = EscapedText.IndexOfClosingQuote(rest[at..], out _);
                if (end < 0)
                    return -1;
                at += end + 1;
            }
            else if (mark is (byte)'{' or (byte)'[')
            {
                depth++;
            }
            else if (--depth == 0)
            {
                return at;
            }
        }
    }

    private bool TryTake(byte mark)
    {
        SkipSpace();
        if (rest.IsEmpty || rest[0] != mark)
            return false;
        rest = rest[1..];
        return true;
    }

    private bool IsAtEnd()
    {
        SkipSpace();
        return rest.IsEmpty;
    }

    private void SkipSpace()
    {
        if (!rest.IsEmpty && rest[0] <= ' ')
            rest = rest.TrimStart(" \t\r\n"u8);
    }

    private bool Malformed()
    {
        IsMalformed = true;
        return false;
    }
}
