using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Probes;

/// <summary>
/// Holds the probes that were sent against those that came back. Pure.
/// <para>
/// A probe that Grafana answered has left a line; where the line is missing, the log was not seen: from the last echo before it to the
/// next one, because nothing tells where in between sight was lost. A probe that was not answered says nothing (Grafana was down, and
/// then nobody was there either). A window without any probe is judged by the log alone.
/// </para>
/// </summary>
public static class ProbeJudgement
{
    /// <summary>A line appears within seconds. Nearer to the ends of the window than this an echo may lie outside of it.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <summary>
    /// An echo farther than this from its probe was seen, but by another clock, or repeated by somebody who read the log.
    /// </summary>
    private static readonly TimeSpan FarOff = TimeSpan.FromMinutes(5);

    /// <param name="echoes">Those of the window; of other daemons and strangers, too: whose nonce we did not send counts nothing.</param>
    public static ProbeFindings Of(Window window, ProbeBook book, IReadOnlyList<ProbeEcho> echoes, RouterLogging logging)
    {
        if (book.Probes.Count == 0)
            return new ProbeFindings([], [], 0, 0, null, null);
        var firstEcho = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var echo in echoes.OrderBy(echo => echo.At))
            firstEcho.TryAdd(echo.Nonce, echo.At);

        var seen = book.Probes.Where(probe => firstEcho.ContainsKey(probe.Nonce))
            .Select(probe => (Probe: probe, At: firstEcho[probe.Nonce], Delay: firstEcho[probe.Nonce] - probe.SentAt)).ToList();
        var back = seen.Where(echo => echo.Delay.Duration() <= FarOff).OrderBy(echo => echo.At).ToList();
        var delays = back.Select(echo => echo.Delay).Order().ToList();

        // Two clocks that differ by four seconds need four seconds more at each end of the window.
        var slack = Slack + delays.Select(delay => delay.Duration()).DefaultIfEmpty().Max();
        var inside = book.Probes.Where(probe =>
            probe.SentAt - slack >= window.From && (probe.AnsweredAt ?? probe.SentAt) + slack <= window.To).ToList();
        var judged = inside.Where(probe => MustLeaveALine(probe.Answer, logging)).ToList();

        var gaps = judged.Where(probe => !firstEcho.ContainsKey(probe.Nonce))
            .Select(probe => (
                From: back.Where(echo => echo.At <= probe.SentAt).Select(echo => echo.At).DefaultIfEmpty(window.From).Max(),
                To: back.Where(echo => echo.At > probe.SentAt).Select(echo => echo.At).DefaultIfEmpty(window.To).Min()))
            .GroupBy(span => span).OrderBy(span => span.Key.From)
            .Select(span => new Gap(span.Key.From, span.Key.To, GapCause.ProbeLost, Sentence(span.Count())))
            .ToList();

        return new ProbeFindings(
            gaps, Notes(inside, seen, logging), judged.Count, back.Count,
            delays.Count == 0 ? null : delays[delays.Count / 2],
            delays.Count == 0 ? null : delays[^1]);
    }

    // With anonymous access the page is shown with 200, which router_logging = false hides. Where that is not known, the missing line
    // means that one of the two hides the log, and blind is blind.
    private static bool MustLeaveALine(ProbeAnswer answer, RouterLogging logging) =>
        answer == ProbeAnswer.LoginPage || (answer == ProbeAnswer.Page && logging != RouterLogging.Off);

    private static string Sentence(int lost) => lost == 1
        ? "a test request was answered by Grafana but is not in the log"
        : $"{lost} test requests were answered by Grafana but are not in the log";

    private static List<string> Notes(
        List<ProbeRecord> inside, List<(ProbeRecord Probe, DateTimeOffset At, TimeSpan Delay)> seen, RouterLogging logging)
    {
        var notes = new List<string>();
        if (logging == RouterLogging.Off && inside.Exists(probe => probe.Answer == ProbeAnswer.Page))
            notes.Add("test requests leave no line here: anonymous access is on and router_logging is off");
        if (inside.Exists(probe => probe.Answer == ProbeAnswer.Elsewhere))
            notes.Add(
                "something in front of Grafana answered the test request: set GRAFANA_URL to the address where Grafana itself answers");
        if (seen.Where(echo => echo.Delay.Duration() > FarOff).Select(echo => echo.Delay).FirstOrDefault() is { Ticks: not 0 } far)
            notes.Add(
                $"a test request came back with a time {far.Duration().TotalMinutes:0} min {(far > TimeSpan.Zero ? "later" : "earlier")} "
                + "than ours: the clocks differ");
        return notes;
    }
}

/// <summary>What the sight probes tell of a window.</summary>
/// <param name="Notes">What a reader should know although it is no gap.</param>
/// <param name="Judged">Probes whose echo had to lie in the window.</param>
/// <param name="Back">Probes whose echo was found in the window.</param>
/// <param name="MedianDelay">
/// From our sending to the time that Grafana wrote into the line. With one clock that is how long Grafana took; with two it shows their
/// difference, and may be negative. Null without an echo.
/// </param>
public sealed record ProbeFindings(
    IReadOnlyList<Gap> Gaps, IReadOnlyList<string> Notes, int Judged, int Back, TimeSpan? MedianDelay, TimeSpan? MaxDelay);
