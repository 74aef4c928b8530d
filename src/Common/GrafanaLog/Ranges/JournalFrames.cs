using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>What comes in the place of a line.</summary>
internal enum FrameMark
{
    /// <summary>The next frame is the report, and the last.</summary>
    Report = -1,

    /// <summary>A piece of a line that was broken off.</summary>
    Unfinished = -2,

    /// <summary>A line that was skipped because it is longer than 1 MiB.</summary>
    TooLong = -3,
}

/// <summary>
/// Writes lines from one process to the other: four bytes of length (little endian), then the line; many of them in one write. A negative
/// length is no line but a <see cref="FrameMark"/>. The last frame is the report.
/// </summary>
internal sealed class FrameWriter(Stream stream)
{
    public const int LengthBytes = sizeof(int);

    private readonly byte[] buffer = new byte[128 * 1024];
    private int used;

    public void Line(ReadOnlySpan<byte> line)
    {
        Int(line.Length);
        if (line.Length > buffer.Length - used)
            Flush();
        if (line.Length > buffer.Length)
        {
            stream.Write(line);
            return;
        }
        line.CopyTo(buffer.AsSpan(used));
        used += line.Length;
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
        if (buffer.Length - used < LengthBytes)
            Flush();
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(used), value);
        used += LengthBytes;
    }

    private void Flush()
    {
        stream.Write(buffer, 0, used);
        stream.Flush();
        used = 0;
    }
}

/// <summary>Reads what <see cref="FrameWriter"/> wrote, until the report or the end of a writer that died.</summary>
/// <param name="stream">The writer's end of a pipe.</param>
/// <param name="onRead">Called after each read that brought something.</param>
internal sealed class FrameReader(Stream stream, Action onRead)
{
    // A line is at most as long as the longest that is handed out, a report much shorter.
    private const int LongestFrame = 4 * LogFile.MaxLine;

    private byte[] buffer = new byte[256 * 1024];

    /// <returns>The report; null when the writer ended without one, or wrote what it never writes.</returns>
    /// <exception cref="IOException">The pipe fails.</exception>
    public JournalReport? Read(WindowLines lines)
    {
        int length = 0;
        bool isReport = false;
        while (true)
        {
            int read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0)
                return null;
            length += read;

            int at = 0;
            while (length - at >= FrameWriter.LengthBytes)
            {
                int frame = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at));
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
                ReadOnlySpan<byte> bytes = buffer.AsSpan(at, frame);
                if (isReport)
                    return Parse(bytes);
                lines.Take(bytes);
                at += frame;
            }
            length -= at;
            Buffer.BlockCopy(buffer, at, buffer, 0, length);
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
        if (buffer.Length < bytes)
            Array.Resize(ref buffer, bytes);
    }
}

/// <summary>What the reader of a journal's window tells when it has come to the end.</summary>
/// <param name="Begins">Time of the oldest entry that is still there, of any unit; null when there is none.</param>
/// <param name="Gaps">What it could not see. They may lie outside of the window.</param>
internal sealed record JournalReport(DateTimeOffset? Begins, IReadOnlyList<Gap> Gaps);

/// <summary>Its form between the two processes.</summary>
[JsonSerializable(typeof(JournalReport))]
internal sealed partial class JournalReportJson : JsonSerializerContext;
