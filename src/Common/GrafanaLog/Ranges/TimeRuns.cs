namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// The course of a log's times, to know what a clock that was set leaves in doubt. Times are in ticks of UTC. A run is a stretch of lines
/// that follow each other within a minute; where the time goes back, what lies between is passed twice, or was written under a clock that
/// was ahead.
/// </summary>
internal sealed class TimeRuns
{
    private static readonly long Pause = TimeSpan.FromMinutes(1).Ticks;

    /// <summary>So many pauses are remembered; older ones are joined, which makes a doubt begin later than it might.</summary>
    private const int Most = 4096;

    private readonly List<Run> ended = [];
    private long first;

    /// <summary>The latest time since the clock went back last; 0 when there was none.</summary>
    public long Latest { get; private set; }

    /// <summary>A line that is not much earlier than the latest.</summary>
    public void Advance(long ticks)
    {
        if (ticks <= Latest)
            return;
        if (ticks - Latest > Pause)
            Begin(ticks);
        Latest = ticks;
    }

    /// <summary>A line much earlier than the latest: the log goes on from there.</summary>
    /// <returns>
    /// From when on times are in doubt, up to the <see cref="Latest"/> that was: from this line, or from the last one before a stretch
    /// that lies wholly later, as one written under a clock that was ahead does.
    /// </returns>
    public long GoBack(long ticks)
    {
        while (first > ticks && ended.Count > 0)
        {
            (first, Latest) = (ended[^1].First, ended[^1].Last);
            ended.RemoveAt(ended.Count - 1);
        }
        bool isAfterAll = first <= ticks && Latest < ticks;
        long from = isAfterAll ? Latest : ticks;
        if (isAfterAll)
            Advance(ticks);
        else
            (first, Latest) = (Math.Min(first, ticks), ticks);
        return from;
    }

    /// <summary>Goes on with what was seen of the lines that follow, none of them much earlier than the latest here.</summary>
    public void Append(TimeRuns further)
    {
        foreach (Run run in further.ended)
            AppendRun(run);
        AppendRun(new Run(further.first, further.Latest));
    }

    private void AppendRun(Run run)
    {
        if (run.Last == 0)
            return;
        Advance(run.First);
        Latest = Math.Max(Latest, run.Last);
    }

    private void Begin(long ticks)
    {
        if (Latest > 0)
            ended.Add(new Run(first, Latest));
        if (ended.Count > Most)
        {
            ended[1] = new Run(ended[0].First, ended[1].Last);
            ended.RemoveAt(0);
        }
        first = ticks;
    }

    private readonly record struct Run(long First, long Last);
}
