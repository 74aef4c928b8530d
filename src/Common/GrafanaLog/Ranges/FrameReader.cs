using System.Buffers.Binary;
using System.Text.Json;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>Reads what <see cref="FrameWriter"/> wrote, until the report or the end of a writer that died.</summary>
/// <param name="stream">The writer's end of a pipe.</param>
/// <param name="onRead">Called after each read that brought something.</param>
internal sealed class FrameReader(Stream stream, Action onRead)
{
    // A line is at most as long as the longest that is handed out, a report much shorter.
    private const int LongestFrame = 4 * LogFile.MaxLine;

    private byte[] _buffer = new byte[256 * 1024];

    /// <returns>The report; null when the writer ended without one, or wrote what it never writes.</returns>
    /// <exception cref="IOException">The pipe fails.</exception>
    public JournalReport? Read(WindowLines lines)
    {
        int length = 0;
        bool isReport = false;
        while (true)
        {
            int read = stream.Read(_buffer, length, _buffer.Length - length);
            if (read == 0)
                return null;
            length += read;

            int at = 0;
            while (length - at >= FrameWriter.LengthBytes)
            {
                int frame = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(at));
                if (frame > LongestFrame)
                    return null;
                if (length - at - FrameWriter.LengthBytes < frame)
                {
                    MakeRoom(FrameWriter.LengthBytes + frame);
                    break;
                }
                at += FrameWriter.LengthBytes;
                if (frame < 0)
                {
                    isReport |= Take((FrameMark)frame, lines);
                    continue;
                }
                ReadOnlySpan<byte> bytes = _buffer.AsSpan(at, frame);
                if (isReport)
                    return Parse(bytes);
                lines.Take(bytes);
                at += frame;
            }
            length -= at;
            Buffer.BlockCopy(_buffer, at, _buffer, 0, length);
            onRead();
        }
    }

    /// <returns>Whether the report comes next.</returns>
    private static bool Take(FrameMark mark, WindowLines lines)
    {
        switch (mark)
        {
            case FrameMark.Unfinished:
                lines.CountUnfinished();
                break;
            case FrameMark.TooLong:
                lines.CountTooLong();
                break;
        }
        return mark == FrameMark.Report;
    }

    private static JournalReport? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JournalReportJson.Default.JournalReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void MakeRoom(int bytes)
    {
        if (_buffer.Length < bytes)
            Array.Resize(ref _buffer, bytes);
    }
}
