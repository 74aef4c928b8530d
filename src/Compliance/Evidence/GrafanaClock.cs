using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.Time;

namespace Athena.Compliance.Evidence;

/// <summary>The clock by which Grafana writes its log, which is the one that says when an hour of that log is over.</summary>
internal interface IGrafanaClock
{
    /// <summary>Whether it has come to that time.</summary>
    /// <returns>Null when it cannot be told, as while Grafana does not answer.</returns>
    Task<bool?> HasReachedAsync(DateTimeOffset time, CancellationToken cancel);
}

/// <summary>
/// Grafana's clock, read off the time that it wrote into the line of a sight probe that was sent after the time in question by our clock.
/// Where that line bears an earlier time, Grafana's clock is behind, and how far is known by it. Where no line is found, or no probes are
/// sent, the <c>Date</c> of Grafana's answer can still say that it is too early; a proxy may have written that, so it says no more where
/// probes are sent.
/// </summary>
/// <param name="probes">Null where none are sent.</param>
/// <param name="send">Sends one, which is then among <paramref name="probes"/>.</param>
/// <param name="settle">So long after the time its lines are in.</param>
internal sealed class GrafanaClock(
    ILogWindows log, GrafanaDirectory grafanaDirectory, Func<ProbeBook>? probes, Func<CancellationToken, Task> send, TimeSpan settle,
    TimeProvider time) : IGrafanaClock
{
    /// <summary>How far ahead of ours or behind its clock may be.</summary>
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(1);

    /// <summary>What the log told of that clock. Safe from any thread.</summary>
    public LogClockReading Seen { get; private set; } = LogClockReading.None;

    private DateTimeOffset reached = DateTimeOffset.MinValue;

    /// <summary>
    /// A probe whose line was looked for in all that the log has of a day, and by how much Grafana was behind; null: it was not found.
    /// </summary>
    private (string Nonce, TimeSpan? Behind)? far;

    public async Task<bool?> HasReachedAsync(DateTimeOffset time, CancellationToken cancel)
    {
        if (reached >= time)
            return true;
        if (probes is not null && await EchoAsync(probes, time, cancel).ConfigureAwait(false) is { } isReached)
        {
            if (isReached) reached = time;
            return isReached;
        }

        if ((await grafanaDirectory.LookAsync(cancel).ConfigureAwait(false)).ServerDate is not { } date)
            return null;
        // The header has whole seconds, cut off. One that is days behind is of a clock that nobody has set, and would be waited for without
        // end.
        if (date < time)
            return time - date < Farthest ? false : null;
        return probes is null ? true : null;
    }

    private async Task<bool?> EchoAsync(Func<ProbeBook> book, DateTimeOffset after, CancellationToken cancel)
    {
        if (Sent(book(), after).Count == 0)
            await send(cancel).ConfigureAwait(false);
        var sent = Sent(book(), after);
        if (sent.Count == 0)
            return null;
        var now = time.GetUtcNow();
        if (Echoes(sent, new Window(after, now + Farthest), cancel).Count > 0)
            return true;

        // Its line has had its time and is not there: then it may bear a time of before. All of it is read once for a probe.
        var last = sent[^1];
        if (now - last.SentAt < settle)
            return null;
        if (far?.Nonce != last.Nonce)
            far =
                (last.Nonce, Echoes([last], new Window(after - Farthest, after), cancel) is [var echo, ..] ? last.SentAt - echo.At : null);
        return far is { Behind: { } behind } ? now - behind >= after + settle : null;
    }

    /// <summary>Those that were sent since, by a clock that has not been set back.</summary>
    private List<ProbeRecord> Sent(ProbeBook book, DateTimeOffset after)
    {
        var now = time.GetUtcNow();
        return [.. book.Probes.Where(probe => probe.SentAt >= after && probe.SentAt <= now)];
    }

    private IReadOnlyList<ProbeEcho> Echoes(IReadOnlyList<ProbeRecord> sent, Window window, CancellationToken cancel)
    {
        var options = new ActivityCounterOptions { SentProbes = [.. sent.Select(probe => probe.Nonce)] };
        var read = log.Read(window, options, cancel).Activity;
        Seen = Seen.With(sent, read);
        return read.ProbeEchoes;
    }
}
