using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// When Grafana began anew, by its own log, and since when it had not been there: <c>Shutdown started</c>, <c>Starting Grafana</c> and
/// <c>HTTP Server Listen</c> (recorded). One that was killed, and one whose host lost its power, wrote nothing at its end: then the last
/// line tells when it was there last.
/// </summary>
internal sealed class ServerStarts
{
    /// <summary>A server that comes and goes without an end makes no list without one.</summary>
    private const int Most = 100;

    private readonly List<ServerStart> starts = [];
    private DateTimeOffset? last;
    private DateTimeOffset? downSince;
    private bool isStarting;

    public IReadOnlyList<ServerStart> All => starts;

    /// <summary>The last line that was written by a server at work; null where there is none.</summary>
    public DateTimeOffset? Last => last;

    /// <summary>It went, or begins, and is not there yet; null while it is.</summary>
    public DateTimeOffset? DownSince => downSince;

    public void Take(scoped in LogLine line, DateTimeOffset time)
    {
        if (line.Kind == LineKind.Other)
            TakeOther(line, time);
        if (downSince is null && !isStarting)
            last = time;
    }

    /// <summary>Adds what was found in the lines that follow.</summary>
    public void Join(ServerStarts later)
    {
        var wasDown = downSince is not null || isStarting;
        foreach (var start in later.starts.Take(Most - starts.Count))
            starts.Add(start == later.starts[0] ? start with { Since = wasDown ? downSince : start.Since ?? last } : start);
        if (later.starts.Count > 0)
            (downSince, isStarting, last) = (later.downSince, later.isStarting, later.last);
        else if (wasDown)
            isStarting |= later.isStarting;
        else
            (downSince, isStarting, last) = (
                later.downSince ?? (later.isStarting ? last : null), later.isStarting, later.last ?? last);
    }

    private void TakeOther(scoped in LogLine line, DateTimeOffset time)
    {
        if (line.Logger.Equals("server"u8) && line.Message.Equals("Shutdown started"u8))
            downSince ??= time;
        else if (line.Logger.Equals("settings"u8) && line.Message.Equals("Starting Grafana"u8))
            (downSince, isStarting) = (downSince ?? last, true);
        else if (line.Logger.Equals("http.server"u8) && line.Message.Equals("HTTP Server Listen"u8))
        {
            if (starts.Count < Most)
                starts.Add(new ServerStart(isStarting ? downSince : downSince ?? last, time));
            (downSince, isStarting) = (null, false);
        }
    }
}
