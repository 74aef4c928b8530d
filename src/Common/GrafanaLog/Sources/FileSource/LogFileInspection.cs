using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>What the last 256 KiB of a log tell about it, for <c>check</c> and for the start of a daemon.</summary>
/// <param name="Format">That of the last line that could be told.</param>
/// <param name="LastLineAt">Time of the last line that has one; null when none has.</param>
/// <param name="Requests">Request lines seen.</param>
/// <param name="HasSuccessfulRequests">
/// Whether a request with status 200 was among them. False while there are requests is a sign of <c>router_logging = false</c>, which hides
/// them (docs/grafana.md §1); false without any request is a sign of nothing.
/// </param>
/// <param name="Problem">Why the file is of no use as it is, with the remedy; null when all is well or the file is merely empty.</param>
public sealed record LogFileInspection(
    LogFileFormat Format, DateTimeOffset? LastLineAt, int Requests, bool HasSuccessfulRequests, string? Problem)
{
    private const int Span = 256 * 1024;

    /// <summary>What is worth a word although the log can be read; null when nothing is.</summary>
    public string? Hint { get; init; }

    /// <summary>
    /// Where Grafana's lines are instead, as <c>LOG</c> would name it; null where that is not known, or the log has lines.
    /// </summary>
    public string? Elsewhere { get; init; }

    /// <summary>Looks at the file once. Does not throw for what a file may be.</summary>
    public static LogFileInspection Of(string path)
    {
        using LogFile? file = LogFile.TryOpen(new NativePath(path), out FileStatus status);
        if (file is null)
            return new(LogFileFormat.Unreadable, null, 0, false, FileRemedy.Describe(path, status));
        try
        {
            LogFileInspection seen = OfLines(
                file.LastLines(new byte[Span]), FileRemedy.DescribeConsole(path),
                $"{path} holds no line that Grafana's logger writes. Set LOG to the file that Grafana writes.");
            return seen.Format == LogFileFormat.NotGrafana
                && ForeignFormat.Explain(file.Begin(new byte[ForeignFormat.Enough]), path) is { } what
                ? seen with { Problem = what }
                : seen;
        }
        catch (IOException fault)
        {
            return new(LogFileFormat.Unreadable, null, 0, false, $"{path} cannot be read: {fault.Message}");
        }
    }

    internal static LogFileInspection OfLines(ReadOnlySpan<byte> lines, string consoleProblem, string notGrafanaProblem)
    {
        var format = LogFileFormat.Empty;
        DateTimeOffset? lastLineAt = null;
        int requests = 0;
        bool hasSuccessfulRequests = false;

        // What stands behind the last line end is half a line.
        foreach (Range range in lines[..(lines.LastIndexOf((byte)'\n') + 1)].Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = lines[range];
            if (line.IsEmpty)
                continue;
            LogLine parsed = LogLine.Parse(line);
            format = parsed.Kind switch
            {
                LineKind.Console => LogFileFormat.Console,
                LineKind.NotUnderstood => format == LogFileFormat.Empty ? LogFileFormat.NotGrafana : format,
                _ => line[0] == '{' ? LogFileFormat.Json : LogFileFormat.Text,
            };
            lastLineAt = parsed.Time ?? lastLineAt;
            if (parsed.Kind == LineKind.Request)
            {
                requests++;
                hasSuccessfulRequests |= parsed.Status == 200;
            }
        }

        string? problem = format switch
        {
            LogFileFormat.Console => consoleProblem,
            LogFileFormat.NotGrafana => notGrafanaProblem,
            _ => null,
        };
        return new(format, lastLineAt, requests, hasSuccessfulRequests, problem);
    }
}

/// <summary>In which of Grafana's formats a log file is written (<c>[log.file] format</c>).</summary>
public enum LogFileFormat
{
    /// <summary>There is no file, or it cannot be read.</summary>
    Unreadable,

    /// <summary>Nothing is in it yet.</summary>
    Empty,

    /// <summary><c>text</c>: logfmt.</summary>
    Text,

    /// <summary><c>json</c>: one object a line.</summary>
    Json,

    /// <summary><c>console</c>: cannot be relied on.</summary>
    Console,

    /// <summary>Something, but no line of Grafana's logger.</summary>
    NotGrafana,
}
