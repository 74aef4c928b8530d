using System.Buffers;

namespace Athena.Common.Logs;

/// <summary>
/// Walks over the <c>key=value</c> pairs of a text line, as Grafana writes them (docs/grafana.md §1). It is strict where a value's bounds are
/// in question, because a login that somebody chose must never be read as a field: a quoted value ends at its closing quote and a separator
/// follows; an unquoted one holds no quote. A bare <c>=</c> in an unquoted value is let pass: other writers in the same stream do that.
/// </summary>
internal ref struct LogfmtFields(ReadOnlySpan<byte> line)
{
    private static readonly SearchValues<byte> EndOfKey = SearchValues.Create([.. UpToSpace(), (byte)'=', (byte)'"']);
    private static readonly SearchValues<byte> EndOfValue = SearchValues.Create([.. UpToSpace(), (byte)'"']);

    private ReadOnlySpan<byte> _rest = line;

    public ReadOnlySpan<byte> Key { get; private set; }

    public LogText Value { get; private set; }

    /// <summary>True when the walk ended because the line is no logfmt.</summary>
    public bool IsMalformed { get; private set; }

    public bool MoveNext()
    {
        int start = _rest.IndexOfAnyExceptInRange((byte)0, (byte)' ');
        if (start < 0)
            return false;
        _rest = _rest[start..];

        int equals = _rest.IndexOfAny(EndOfKey);
        if (equals <= 0 || _rest[equals] != '=')
            return Malformed();
        Key = _rest[..equals];
        _rest = _rest[(equals + 1)..];
        return !_rest.IsEmpty && _rest[0] == '"' ? TakeQuoted() : TakeUnquoted();
    }

    private bool TakeQuoted()
    {
        ReadOnlySpan<byte> text = _rest[1..];
        int end = EscapedText.IndexOfClosingQuote(text, out bool isEscaped);
        if (end < 0 || (end + 1 < text.Length && text[end + 1] > ' '))
            return Malformed();
        Value = new LogText(text[..end], isEscaped);
        _rest = text[(end + 1)..];
        return true;
    }

    private bool TakeUnquoted()
    {
        int end = _rest.IndexOfAny(EndOfValue);
        if (end < 0)
            end = _rest.Length;
        else if (_rest[end] == '"')
            return Malformed();
        Value = new LogText(_rest[..end], isEscaped: false);
        _rest = _rest[end..];
        return true;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        return false;
    }

    private static byte[] UpToSpace() => [.. Enumerable.Range(0, ' ' + 1).Select(value => (byte)value)];
}
