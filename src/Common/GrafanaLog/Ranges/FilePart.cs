using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>A part of a file, read by a thread of its own up to the first line that is not ordinary.</summary>
/// <param name="file">A place in the file that nobody else uses, at the begin of the part.</param>
/// <param name="end">End of the part, just behind a line end.</param>
/// <param name="lines">Takes the lines.</param>
/// <param name="tryJoin">As in <see cref="LinePart"/>.</param>
internal sealed class FilePart(LogFile file, long end, FastPathLines lines, Func<bool> tryJoin)
{
    private readonly string _before = file.Fingerprint;
    private bool _isHandling;

    public long Begin { get; } = file.Offset;

    /// <summary>Lines that were handed out so far. May be asked by other threads.</summary>
    public long Handed => lines.Handed;

    /// <summary>How much time the lines span that were handed out so far. May be asked by other threads.</summary>
    public TimeSpan Span => TimeSpan.FromTicks(Math.Max(0, lines.Latest - lines.Smallest));

    /// <param name="isWanted">Asked before each stretch of some 64 KiB. What it throws ends the reading, too.</param>
    public void Read(Func<bool> isWanted)
    {
        int Take(ReadOnlySpan<byte> stretch)
        {
            _isHandling = true; // What is thrown now is no fault of the file.
            int taken = isWanted() ? lines.TakeAll(stretch[..(int)Math.Min(stretch.Length, end - file.Offset)]) : 0;
            _isHandling = false;
            return taken;
        }

        long unlimited = long.MaxValue;
        try
        {
            file.Drain(Take, lines.CountTooLong, ref unlimited);
        }
        catch (IOException) when (!_isHandling)
        {
            // Who reads on where this part ends meets the fault, and tells of it. So it is where the file was truncated.
        }
    }

    /// <summary>
    /// Takes <paramref name="whole"/> and its place in the file as far as this part was read; where that is not possible, nowhere.
    /// </summary>
    public void JoinTo(WindowLines whole, LogFile place)
    {
        // The bytes before: the file may have been rewritten between the end of the part before and the begin of this one.
        if (place.Offset != Begin || place.Fingerprint != _before || !whole.CanJoin(lines) || !tryJoin())
            return;
        whole.Join(lines);
        place.StandAt(file);
    }
}
