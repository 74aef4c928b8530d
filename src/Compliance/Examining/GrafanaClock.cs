using Athena.Common.Activities;
using Athena.Common.Sight;
using Athena.Common.Time;
using Athena.Compliance.Windows;

namespace Athena.Compliance.Examining;

/// <summary>
/// Grafana's clock, read off the time that it wrote into the line of a sight probe that was sent after the time in question by our clock:
/// nobody can have written that line before. Where no line of it is found, or no probes are sent, the <c>Date</c> of Grafana's answer can
/// still say that it is too early; a proxy may have written that, so it says no more where probes are sent.
/// </summary>
/// <param name="probes">Null where none are sent.</param>
/// <param name="send">Sends one, which is then among <paramref name="probes"/>.</param>
internal sealed class GrafanaClock(ILogWindows log, Platform platform, Func<ProbeBook>? probes, Func<CancellationToken, Task> send, TimeProvider time) : IGrafanaClock
{
    /// <summary>How far ahead of ours its clock may be.</summary>
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(1);

    private DateTimeOffset reached = DateTimeOffset.MinValue;

    public async Task<bool?> HasReachedAsync(DateTimeOffset time, CancellationToken cancel)
    {
        if (reached >= time)
            return true;
        if (probes is not null && await EchoAsync(probes, time, cancel).ConfigureAwait(false) is { } at)
        {
            reached = at;
            return true;
        }

        if ((await platform.LookAsync(cancel).ConfigureAwait(false)).ServerDate is not { } date)
            return null;
        // The header has whole seconds, cut off.
        if (date < time)
            return false;
        return probes is null ? true : null;
    }

    private async Task<DateTimeOffset?> EchoAsync(Func<ProbeBook> book, DateTimeOffset after, CancellationToken cancel)
    {
        if (!book().Probes.Any(probe => probe.SentAt >= after))
            await send(cancel).ConfigureAwait(false);
        var sent = book().Probes.Where(probe => probe.SentAt >= after).Select(probe => probe.Nonce).ToList();
        var reading = log.Read(new Window(after, time.GetUtcNow() + Farthest), new ActivityCounterOptions { SentProbes = sent }, cancel);
        return reading.Activity.ProbeEchoes.Select(echo => (DateTimeOffset?)echo.At).Max();
    }
}
