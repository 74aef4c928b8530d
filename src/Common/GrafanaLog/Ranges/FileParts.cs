using System.Runtime.ExceptionServices;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// Reads a long stretch of a file in parts, on all processors at the same time. It begins where <see cref="WindowLines"/> is in the midst
/// of the window, and decides nothing: each part is read up to the first line that is not ordinary; then the parts are joined in the order
/// of the file wherever the reading line by line arrives at the begin of one, and what is between them, and a part that cannot be joined,
/// is read line by line. So a file is read at most twice, whatever is in it, and what comes out does not depend on where it was cut.
/// </summary>
/// <param name="sizes">Into what it is cut.</param>
/// <param name="onProgress">Called by one thread at a time; may throw to end the reading.</param>
internal sealed class FileParts(
    Window window, WindowLines lines, Func<LinePart> beginPart, PartSizes sizes, Action<WindowProgress> onProgress)
{
    private readonly Queue<FilePart> parts = [];
    private LogFile file = null!;

    /// <summary>As soon as the lines are ordinary, <see cref="Cut"/> and <see cref="Read"/> are to be called: once in each file.</summary>
    public bool IsToBegin { get; private set; }

    /// <param name="file">At the place where it is read from.</param>
    public void BeginFile(LogFile file)
    {
        this.file = file;
        parts.Clear();
        IsToBegin = sizes.Most > 1 && file.Status().Size - file.Offset >= 2 * sizes.Least;
    }

    /// <summary>How many of these bytes at the file's place are before the next part.</summary>
    public int BeforeNext(int length) =>
        parts.TryPeek(out FilePart? next) ? (int)Math.Clamp(next.Begin - file.Offset, 0, length) : length;

    /// <summary>Cuts what is likely to be inside the window; none where that is short.</summary>
    /// <exception cref="IOException">The file system fails.</exception>
    public void Cut()
    {
        IsToBegin = false;
        long begin = file.Offset;
        long length = TimeSearch.LineBefore(file, window.To) - begin;
        long count = Math.Min(sizes.Most, length / sizes.Least);
        if (count < 2)
            return;

        long from = begin;
        for (long i = 1; i <= count; i++)
        {
            long end = i == count ? begin + length : BehindLine(begin + (length * i / count));
            if (end <= from || end > begin + length)
                continue;
            LinePart part = beginPart();
            parts.Enqueue(new FilePart(file.Share(from), end, lines.BeginPart(part.OnLine), part.TryJoin));
            from = end;
        }
    }

    /// <summary>Reads all parts and waits for them. What a handler throws ends the others and comes out.</summary>
    public void Read()
    {
        FilePart[] parts = [.. this.parts];
        var gate = new Lock();
        try
        {
            Parallel.For(0, parts.Length, (i, state) => parts[i].Read(() =>
            {
                if (state.ShouldExitCurrentIteration)
                    return false;
                lock (gate)
                    onProgress(Progress(parts));
                return true;
            }));
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }
    }

    /// <summary>Joins the parts that begin at the file's place, and those behind them that then do.</summary>
    public void Join()
    {
        while (parts.TryPeek(out FilePart? next) && next.Begin <= file.Offset)
            parts.Dequeue().JoinTo(lines, file);
    }

    /// <summary>As if what all parts have read were read one after the other.</summary>
    private WindowProgress Progress(FilePart[] parts)
    {
        TimeSpan span = TimeSpan.Zero;
        long handed = lines.Handed;
        foreach (FilePart part in parts)
        {
            span += part.Span;
            handed += part.Handed;
        }
        return new WindowProgress(lines.Last + span, handed);
    }

    /// <summary>Behind the next line end; 0 when it is not near, as in the midst of a line that is too long.</summary>
    private long BehindLine(long offset)
    {
        Span<byte> near = stackalloc byte[4096];
        return file.ReadAt(near, offset).IndexOf((byte)'\n') is >= 0 and int at ? offset + at + 1 : 0;
    }
}

/// <summary>Into what a long file is cut.</summary>
/// <param name="Most">At most as many parts are read at the same time; each takes the memory of what it counts, and a thread.</param>
/// <param name="Least">Bytes of a part for which it is worth to begin a thread.</param>
internal sealed record PartSizes(int Most, long Least)
{
    /// <summary>One part for each processor that this process may use, up to eight.</summary>
    public static PartSizes OfThisMachine { get; } = new(Math.Min(Environment.ProcessorCount, 8), 16 * 1024 * 1024);
}

/// <summary>What takes the lines of a part of a window, on a thread of its own, while other parts are taken by others.</summary>
/// <param name="OnLine">Takes one line; called by one thread at a time.</param>
/// <param name="TryJoin">
/// Adds what was taken to the whole, which has taken all that stands before in the log, and no more until now. False when the whole would
/// be another if it had taken the lines itself; then nothing is added, and it is given the lines. Called once or never.
/// </param>
public sealed record LinePart(ParsedLineHandler OnLine, Func<bool> TryJoin);

/// <summary>How far the reading of a window has come.</summary>
/// <param name="At">Time of the last line that had one; null while none had.</param>
/// <param name="Lines">Lines of the window that were handed out so far.</param>
public readonly record struct WindowProgress(DateTimeOffset? At, long Lines);

/// <summary>A part of a file, read by a thread of its own up to the first line that is not ordinary.</summary>
/// <param name="file">A place in the file that nobody else uses, at the begin of the part.</param>
/// <param name="end">End of the part, just behind a line end.</param>
/// <param name="lines">Takes the lines.</param>
/// <param name="tryJoin">As in <see cref="LinePart"/>.</param>
internal sealed class FilePart(LogFile file, long end, FastPathLines lines, Func<bool> tryJoin)
{
    private readonly string before = file.Fingerprint;
    private bool isHandling;

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
            isHandling = true; // What is thrown now is no fault of the file.
            int taken = isWanted() ? lines.TakeAll(stretch[..(int)Math.Min(stretch.Length, end - file.Offset)]) : 0;
            isHandling = false;
            return taken;
        }

        long unlimited = long.MaxValue;
        try
        {
            file.Drain(Take, lines.CountTooLong, ref unlimited);
        }
        catch (IOException) when (!isHandling)
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
        if (place.Offset != Begin || place.Fingerprint != before || !whole.CanJoin(lines) || !tryJoin())
            return;
        whole.Join(lines);
        place.StandAt(file);
    }
}
