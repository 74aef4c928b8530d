using System.Buffers.Binary;
using System.Text.Json;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// Writes lines from one process to the other: four bytes of length (little endian), then the line; many of them in one write. A negative
/// length is no line but a <see cref="FrameMark"/>. The last frame is the report.
/// </summary>
internal sealed class FrameWriter(Stream stream)
{
    public const int LengthBytes = sizeof(int);

    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _used;

    public void Line(ReadOnlySpan<byte> line)
    {
        Int(line.Length);
        if (line.Length > _buffer.Length - _used)
            Flush();
        if (line.Length > _buffer.Length)
        {
            stream.Write(line);
            return;
        }
        line.CopyTo(_buffer.AsSpan(_used));
        _used += line.Length;
    }

    /// <summary>Something that is no line, as many times.</summary>
    public void Marks(FrameMark mark, long times)
    {
        for (; times > 0; times--)
            Int((int)mark);
    }

    public void Report(JournalReport report)
    {
        Int((int)FrameMark.Report);
        Line(JsonSerializer.SerializeToUtf8Bytes(report, JournalReportJson.Default.JournalReport));
        Flush();
    }

    private void Int(int value)
    {
        if (_buffer.Length - _used < LengthBytes)
            Flush();
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_used), value);
        _used += LengthBytes;
    }

    private void Flush()
    {
        stream.Write(_buffer, 0, _used);
        stream.Flush();
        _used = 0;
    }
}
