using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>What a follower knows of the lines that it handed over.</summary>
internal sealed class LineTally
{
    public int Lines { get; private set; }

    /// <summary>With those that are no whole lines.</summary>
    public long NotUnderstood { get; private set; }

    public long Unfinished { get; private set; }

    public long TooLong { get; private set; }

    public DateTimeOffset? LastLineAt { get; set; }

    /// <summary>Whether the last line that could be told was in the console format.</summary>
    public bool IsConsole { get; set; }

    public void BeginRead() => Lines = 0;

    public void Count(ReadOnlySpan<byte> line)
    {
        Lines++;
        LogLine.Parse(line, out LogLine parsed);
        if (parsed.Kind == LineKind.NotUnderstood)
            NotUnderstood++;
        else
            IsConsole = parsed.Kind == LineKind.Console;
        LastLineAt = parsed.Time ?? LastLineAt;
    }

    public void CountTooLong() => TooLong++;

    /// <summary>
    /// Half a line at the end of a file that nobody will write to again. Half a number is another number: it is not handed over.
    /// </summary>
    public void CountUnfinished()
    {
        NotUnderstood++;
        Unfinished++;
    }
}
