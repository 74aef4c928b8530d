using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Common.Grafana.Probes;

/// <summary>The sight of one window after everything that can tell of it was asked.</summary>
/// <param name="Coverage">The reader's, with the gaps and notes of the two others.</param>
public sealed record WindowCoverage(Coverage Coverage, CoverageFindings Sight, ProbeFindings Probes)
{
    /// <summary>
    /// Grafana writes of its own accord every ten minutes ("Completed cleanup jobs"): a log that is silent for longer may be no log of a
    /// living Grafana.
    /// </summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Puts the judgements together. Pure. The probes are heard before <c>lastSeenAt</c>: who was active while the log was lost is
    /// explained by that, and does not prove a second node.
    /// </summary>
    /// <param name="facts">With the coverage as the reader of the log gave it.</param>
    /// <param name="book">Empty when no probes are sent.</param>
    public static WindowCoverage Of(CoverageFacts facts, ProbeBook book)
    {
        var coverage = facts.Coverage;
        facts = facts with { Probes = book };
        var probes = ProbeJudgement.Of(coverage.Window, book, facts.Activity.ProbeEchoes, CoverageJudgement.RouterLoggingOf(facts));
        coverage = coverage.With(probes.Gaps).With(Silence(coverage, book));
        var sight = CoverageJudgement.Of(facts with { Coverage = coverage });
        coverage = coverage.With(sight.Gaps);
        return new WindowCoverage(coverage with { Notes = [.. coverage.Notes, .. probes.Notes, .. sight.Notes] }, sight, probes);
    }

    // A probe that was sent has its own say, also one that was not answered: then Grafana was down.
    private static IEnumerable<Gap> Silence(Coverage coverage, ProbeBook book) =>
        coverage is { IsComplete: true, LinesRead: 0 } && coverage.Window.Length >= LongestSilence
            && !book.Probes.Any(probe => coverage.Window.Contains(probe.SentAt))
            ?
            [
                new Gap(coverage.Window.From, coverage.Window.To, GapCause.EndsEarlier,
                    "the log has not one line of this time, and no test request was sent that would prove that it is seen"),
            ]
            : [];
}
