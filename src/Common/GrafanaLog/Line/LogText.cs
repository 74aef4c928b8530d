using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// A value as it stands in a line of the log, not yet decoded. Most values are never looked at and most others only compared,
/// so nothing is allocated before <see cref="ToString"/>. Absent and empty are the same. Often chosen by a stranger: data, nothing else.
/// </summary>
public readonly ref struct LogText
{
    private const int OnStack = 512;

    // A span, taken apart: so the flag fits behind the length, and a line with its many texts is a third smaller.
    private readonly ref readonly byte first;
    private readonly int length;

    internal LogText(ReadOnlySpan<byte> raw, bool isEscaped)
    {
        first = ref MemoryMarshal.GetReference(raw);
        length = raw.Length;
        IsEscaped = isEscaped;
    }

    /// <summary>The bytes of the line, without the quotes around them.</summary>
    public ReadOnlySpan<byte> Raw => MemoryMarshal.CreateReadOnlySpan(in first, length);

    /// <summary>
    /// True when <see cref="Raw"/> holds escapes. An unquoted value never does: the login <c>back\slash</c> is written as it is
    /// (docs/grafana.md §1). One log always writes one value in the same way, so equal values have equal raw bytes.
    /// </summary>
    public bool IsEscaped { get; }

    /// <summary>True for an empty value and for one that the line does not have.</summary>
    public bool IsEmpty => length == 0;

    /// <summary>Whether the decoded value is exactly <paramref name="utf8"/>.</summary>
    public bool Equals(ReadOnlySpan<byte> utf8) => IsEscaped ? Matches(utf8, Place.Whole) : Raw.SequenceEqual(utf8);

    /// <summary>Whether the decoded value begins with <paramref name="utf8"/>.</summary>
    public bool StartsWith(ReadOnlySpan<byte> utf8) => IsEscaped ? Matches(utf8, Place.Start) : Raw.StartsWith(utf8);

    /// <summary>Whether the decoded value ends with <paramref name="utf8"/>.</summary>
    public bool EndsWith(ReadOnlySpan<byte> utf8) => IsEscaped ? Matches(utf8, Place.End) : Raw.EndsWith(utf8);

    /// <summary>Whether the decoded value holds <paramref name="utf8"/> anywhere.</summary>
    public bool Contains(ReadOnlySpan<byte> utf8) => IsEscaped ? Matches(utf8, Place.Anywhere) : Raw.IndexOf(utf8) >= 0;

    /// <summary>Writes the decoded value to <paramref name="destination"/>, which needs at most <c>Raw.Length</c> bytes.</summary>
    /// <returns>The number of bytes written.</returns>
    public int CopyTo(Span<byte> destination)
    {
        if (IsEscaped)
            return EscapedText.Decode(Raw, destination);
        Raw.CopyTo(destination);
        return Raw.Length;
    }

    /// <summary>The decoded value; what is not UTF-8 becomes U+FFFD.</summary>
    public override string ToString()
    {
        if (!IsEscaped)
            return Encoding.UTF8.GetString(Raw);

        byte[]? rented = null;
        Span<byte> decoded = Raw.Length <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(Raw.Length);
        string text = Encoding.UTF8.GetString(decoded[..EscapedText.Decode(Raw, decoded)]);
        Return(rented);
        return text;
    }

    private bool Matches(ReadOnlySpan<byte> utf8, Place place)
    {
        // Decoding never makes a value longer.
        if (utf8.Length > Raw.Length)
            return false;

        byte[]? rented = null;
        Span<byte> buffer = Raw.Length <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(Raw.Length);
        ReadOnlySpan<byte> decoded = buffer[..EscapedText.Decode(Raw, buffer)];
        bool matches = place switch
        {
            Place.Whole => decoded.SequenceEqual(utf8),
            Place.Start => decoded.StartsWith(utf8),
            Place.End => decoded.EndsWith(utf8),
            Place.Anywhere => decoded.IndexOf(utf8) >= 0,
        };
        Return(rented);
        return matches;
    }

    private static void Return(byte[]? rented)
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private enum Place
    {
        Whole,
        Start,
        End,
        Anywhere,
    }
}
