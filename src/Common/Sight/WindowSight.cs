using Athena.Common.Logs.Windows;

namespace Athena.Common.Sight;

/// <summary>The sight of one window after everything that can tell of it was asked.</summary>
/// <param name="Coverage">The reader's, with the gaps and notes of the two others.</param>
public sealed record WindowSight(Coverage Coverage, SightFindings Sight, ProbeFindings Probes)
{
    /// <summary>
    /// Puts the judgements together. Pure. The probes are heard before <c>lastSeenAt</c>: who was active while the log was lost is
    /// explained by that, and does not prove a second node.
    /// </summary>
    /// <param name="facts">With the coverage as the reader of the log gave it.</param>
    /// <param name="book">Empty when no probes are sent.</param>
    public static WindowSight Of(SightFacts facts, ProbeBook book)
    {
        var coverage = facts.Coverage;
        var probes = ProbeJudgement.Of(coverage.Window, book, facts.Activity.ProbeEchoes, SightJudgement.RouterLoggingOf(facts));
        coverage = coverage.With(probes.Gaps);
        var sight = SightJudgement.Of(facts with { Coverage = coverage });
        coverage = coverage.With(sight.Gaps);
        return new WindowSight(coverage with { Notes = [.. coverage.Notes, .. probes.Notes, .. sight.Notes] }, sight, probes);
    }
}
