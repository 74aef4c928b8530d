using System.Text;
using Athena.Common.Files;
using Athena.Common.Time;

namespace Athena.Common.State;

/// <summary>
/// When the daemon was at work, so that a number about a month can say how much of it is known. One small file of spans that is replaced
/// each minute; what a crash takes is a minute.
/// </summary>
/// <param name="directory">The state directory.</param>
public sealed class WorkTimes(string directory, TimeProvider time)
{
    public const string FileName = "work-times.txt";

    /// <summary>A pause no longer than this is a start anew, as of an update, and none.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    /// <summary>More starts than these in thirteen months, and the oldest are forgotten.</summary>
    private const int Most = 2000;

    private readonly string path = Path.Combine(directory, FileName);
    private List<Window>? spans;

    /// <summary>The daemon is at work now.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Note()
    {
        spans ??= Read(path);
        var now = time.GetUtcNow();
        if (spans is [.., var last] && now >= last.To && now - last.To <= Pause) spans[^1] = last with { To = now };
        else spans.Add(new Window(now, now));
        if (spans.Count > Most) spans.RemoveAt(0);
        PrivateFile.Replace(path, Encoding.ASCII.GetBytes(string.Concat(
            spans.Select(span => $"{UtcStamp.Write(span.From)} {UtcStamp.Write(span.To)}\n"))));
    }

    /// <summary>How many minutes of a span it was at work; 0 where nothing is kept.</summary>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static long Minutes(string directory, Window span)
    {
        // A clock that was set back has made spans that meet: each moment counts once.
        var (sum, until) = (TimeSpan.Zero, span.From);
        foreach (var work in Read(Path.Combine(directory, FileName)).OrderBy(work => work.From))
        {
            var (from, to) = (work.From > until ? work.From : until, work.To < span.To ? work.To : span.To);
            if (to <= from) continue;
            sum += to - from;
            until = to;
        }

        // A span begins and ends within a minute of the truth.
        return Math.Min((long)span.Length.TotalMinutes, (long)Math.Ceiling(sum.TotalMinutes + (sum > TimeSpan.Zero ? 1 : 0)));
    }

    private static List<Window> Read(string path)
    {
        List<Window> read = [];
        if (!File.Exists(path)) return read;
        foreach (var line in File.ReadLines(path))
            if (line.Split(' ') is [var from, var to] && UtcStamp.TryRead(from, out var begin) && UtcStamp.TryRead(to, out var end)
                && end >= begin)
                read.Add(new Window(begin, end));
        return read;
    }
}
