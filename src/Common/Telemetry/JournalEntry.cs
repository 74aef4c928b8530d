using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Athena.Common.Telemetry;

/// <summary>
/// One entry in journald's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): <c>NAME=value</c> and a line feed, or, for a value that
/// holds line feeds, the name, a line feed, its length in 64 bits little-endian, the value, a line feed. Entries are capped so that a
/// datagram always suffices.
/// </summary>
internal sealed class JournalEntry
{
    /// <summary>No entry is longer. A datagram may be about 200 KiB by default (net.core.wmem_max).</summary>
    public const int Limit = 32 * 1024;

    private const string Mark = "… (cut)";
    private const int Reserve = 512;

    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    public ReadOnlySpan<byte> Bytes => buffer.WrittenSpan;

    /// <summary>
    /// Adds a field; a value that does not fit any more is cut with a mark, a field for which no room is left is dropped.
    /// </summary>
    /// <param name="name">Upper case letters, digits and underscores, not first an underscore, at most 64.</param>
    public JournalEntry Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return this;

        var room = Limit - buffer.WrittenCount - name.Length - 10;
        if (room < Mark.Length * 3)
            return this;

        var bytes = Cut(value, room);
        buffer.Write(Encoding.ASCII.GetBytes(name));
        if (bytes.AsSpan().Contains((byte)'\n'))
        {
            buffer.Write("\n"u8);
            BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(8), (ulong)bytes.Length);
            buffer.Advance(8);
        }
        else
        {
            buffer.Write("="u8);
        }

        buffer.Write(bytes);
        buffer.Write("\n"u8);
        return this;
    }

    /// <summary>Leaves room for the short fields that come after a long one.</summary>
    public JournalEntry AddLong(string name, string? value) =>
        string.IsNullOrEmpty(value)
            ? this
            : Add(name, Encoding.UTF8.GetString(Cut(value, Math.Max(0, Limit - buffer.WrittenCount - Reserve))));

    private static byte[] Cut(string value, int room)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length <= room)
            return bytes;

        var keep = Math.Max(0, room - Encoding.UTF8.GetByteCount(Mark));
        while (keep > 0 && (bytes[keep] & 0xC0) == 0x80)
            keep--;
        return [.. bytes.AsSpan(0, keep), .. Encoding.UTF8.GetBytes(Mark)];
    }
}
