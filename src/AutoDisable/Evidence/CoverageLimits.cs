namespace Athena.AutoDisable.Evidence;

/// <summary>Why something may have happened unseen. None of them set is the only ground on which "nothing" may be said.</summary>
[Flags]
internal enum CoverageLimits
{
    None = 0,

    /// <summary>The log could not be followed without a gap while they were inside.</summary>
    Gap = 1 << 0,

    /// <summary>The log could not be read while they were inside.</summary>
    LogUnreadable = 1 << 1,

    /// <summary><c>router_logging</c> is off: requests answered with 200 are not logged (docs/grafana.md §1).</summary>
    RouterLoggingOff = 1 << 2,

    /// <summary>No line with status 200 of anybody came up to their lock, and Grafana does not say whether it writes them.</summary>
    RouterLoggingUnknown = 1 << 3,

    /// <summary>
    /// Grafana says that it logs each request, but not even ours came: it writes another log, or this one came to a halt.
    /// </summary>
    NoEcho = 1 << 4,

    /// <summary>They came before the part of the log that this process has read.</summary>
    BeganLate = 1 << 5,

    /// <summary>Grafana says that they were active, but the log has no line of theirs: another node (docs/grafana.md §9).</summary>
    LinesMissing = 1 << 6,

    /// <summary>They did more than is kept one by one.</summary>
    Cut = 1 << 7,

    /// <summary>So many strangers acted at once that the traces of some were given up.</summary>
    Crowded = 1 << 8,
}
