using Athena.Common.GrafanaLog.Line;

namespace Athena.AutoDisable.Evidence;

/// <summary>
/// Keeps what the log shows of people who are not admitted, from their first line on: also before anybody has noticed them, and until
/// they are forgotten. The log's thread writes, any other may look.
/// </summary>
/// <param name="isAdmitted">
/// True for everybody whose requests are nobody's business here: admitted people, service accounts that are known. Asked for each
/// request line, so it must be quick, and safe from the log's thread. False for those who are being locked: their last requests are
/// logged after it.
/// </param>
/// <param name="time">To forget by, never to judge by: what is told of a stranger comes from the log's own times.</param>
/// <param name="clock">The log's; null where it is ours.</param>
internal sealed class ExposureRecorder(Func<long, bool> isAdmitted, TimeProvider time, LogClock? clock = null)
{
    /// <summary>Strangers kept at once. With what is kept of each this bounds the memory to some megabytes, whatever they do.</summary>
    public const int MostStrangers = 500;

    /// <summary>Dashboards kept of each stranger.</summary>
    public const int MostDashboards = 20;

    /// <summary>
    /// So many are given up at once when there are too many, so that a flood does not cost a search for each of its lines.
    /// </summary>
    private const int GivenUpAtOnce = 50;

    /// <summary>A stranger without a request for so long is forgotten if nobody asked for it; their case was closed long before.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(30);

    private readonly Lock gate = new();
    private readonly Dictionary<long, StrangerRecord> strangers = [];
    private readonly DateTimeOffset began = time.GetUtcNow();
    private DateTimeOffset? firstLine;
    private DateTimeOffset? lastPlainAnswer;
    private DateTimeOffset? crowdedOutAt;
    private DateTimeOffset nextSweep;

    /// <summary>What whoever is locked tries all the same.</summary>
    public RefusedTries Refused { get; } = new(time, clock);

    /// <summary>Strangers kept now.</summary>
    public int Count
    {
        get
        {
            lock (gate) return strangers.Count;
        }
    }

    /// <summary>Takes one line. Never throws, whatever the line holds.</summary>
    public void OnLine(in LogLine line)
    {
        // Nothing is allocated for a line of anybody admitted: there may be thousands in a second.
        var isStranger = line.Kind == LineKind.Request && line.UserId > 0 && !isAdmitted(line.UserId);
        Refused.OnLine(line);
        lock (gate)
        {
            NoteSight(line);
            if (isStranger) Record(line.UserId).Add(line);
        }
    }

    /// <summary>What has been seen of them so far; an empty trace when nothing has.</summary>
    public ExposureTrace Look(long userId)
    {
        lock (gate)
        {
            var logFrom = Ours(firstLine) is { } first && first < began ? first : began;
            var trace = (strangers.GetValueOrDefault(userId) ?? new StrangerRecord(default))
                .Trace(logFrom, Ours(lastPlainAnswer), crowdedOutAt);
            return clock is null ? trace : trace with
            {
                FirstStart = Ours(trace.FirstStart),
                LastStart = Ours(trace.LastStart),
                Deeds = [.. trace.Deeds.Select(observedAction => observedAction with { First = Ours(observedAction.First) })],
            };
        }
    }

    /// <summary>Forgets them: their exposure has been written, or they were admitted.</summary>
    public void Forget(long userId)
    {
        lock (gate) strangers.Remove(userId);
    }

    private DateTimeOffset? Ours(DateTimeOffset? logged) => clock is null ? logged : clock.Ours(logged);

    private void NoteSight(in LogLine line)
    {
        if (line.Time is not { } at) return;
        if (!(firstLine <= at)) firstLine = at;
        if (line is { Kind: LineKind.Request, Status: 200 or 304 } && !(lastPlainAnswer >= at)) lastPlainAnswer = at;
    }

    private StrangerRecord Record(long userId)
    {
        var now = time.GetUtcNow();
        if (!strangers.TryGetValue(userId, out var record))
        {
            if (now >= nextSweep) Sweep(now);
            if (strangers.Count >= MostStrangers) GiveUpSome(now);
            strangers[userId] = record = new StrangerRecord(now);
        }

        record.TouchedAt = now;
        return record;
    }

    private void Sweep(DateTimeOffset now)
    {
        nextSweep = now + TimeSpan.FromMinutes(1);
        foreach (var (id, record) in strangers)
            if (now - record.TouchedAt >= Remembered) strangers.Remove(id);
    }

    /// <summary>Those first who made nothing critical, and of these who were quiet for longest.</summary>
    private void GiveUpSome(DateTimeOffset now)
    {
        crowdedOutAt = now;
        var given = strangers.OrderBy(s => s.Value.IsCritical).ThenBy(s => s.Value.TouchedAt).Take(GivenUpAtOnce)
            .Select(s => s.Key).ToList();
        foreach (var id in given) strangers.Remove(id);
    }
}
