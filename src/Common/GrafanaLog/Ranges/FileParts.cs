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
    private readonly Queue<FilePart> _parts = [];
    private LogFile _file = null!;

    /// <summary>As soon as the lines are ordinary, <see cref="Cut"/> and <see cref="Read"/> are to be called: once in each file.</summary>
    public bool IsToBegin { get; private set; }

    /// <param name="file">At the place where it is read from.</param>
    public void BeginFile(LogFile file)
    {
        _file = file;
        _parts.Clear();
        IsToBegin = sizes.Most > 1 && file.Status().Size - file.Offset >= 2 * sizes.Least;
    }

    /// <summary>How many of these bytes at the file's place are before the next part.</summary>
    public int BeforeNext(int length) =>
        _parts.TryPeek(out FilePart? next) ? (int)Math.Clamp(next.Begin - _file.Offset, 0, length) : length;

    /// <summary>Cuts what is likely to be inside the window; none where that is short.</summary>
    /// <exception cref="IOException">The file system fails.</exception>
    public void Cut()
    {
        IsToBegin = false;
        long begin = _file.Offset;
        long length = TimeSearch.LineBefore(_file, window.To) - begin;
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
            _parts.Enqueue(new FilePart(_file.Share(from), end, lines.BeginPart(part.OnLine), part.TryJoin));
            from = end;
        }
    }

    /// <summary>Reads all parts and waits for them. What a handler throws ends the others and comes out.</summary>
    public void Read()
    {
        FilePart[] parts = [.. _parts];
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
        while (_parts.TryPeek(out FilePart? next) && next.Begin <= _file.Offset)
            _parts.Dequeue().JoinTo(lines, _file);
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
        return _file.ReadAt(near, offset).IndexOf((byte)'\n') is >= 0 and int at ? offset + at + 1 : 0;
    }
}
