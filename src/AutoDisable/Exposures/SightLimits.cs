namespace Athena.AutoDisable.Exposures;

/// <summary>Why something may have happened unseen. None of them set is the only ground on which "nothing" may be said.</summary>
[Flags]
internal enum SightLimits
{
    None = 0,

    /// <summary>The log could not be followed without a gap while he was inside.</summary>
    Gap = 1 << 0,

    /// <summary>The log could not be read while he was inside.</summary>
    LogUnreadable = 1 << 1,

    /// <summary><c>router_logging</c> is off: requests answered with 200 are not logged (docs/grafana.md §1).</summary>
    RouterLoggingOff = 1 << 2,

    /// <summary>No line with status 200 came while he was inside, and Grafana does not say whether it writes them.</summary>
    RouterLoggingUnknown = 1 << 3,

    /// <summary>Grafana says that it logs each request, but not even ours came: it is not this log that it writes.</summary>
    NoEcho = 1 << 4,

    /// <summary>He came before this process read its first line.</summary>
    BeganLate = 1 << 5,

    /// <summary>Grafana says that he was active, but the log has no line of his: another node (docs/grafana.md §9).</summary>
    LinesMissing = 1 << 6,

    /// <summary>He did more than is kept one by one.</summary>
    Cut = 1 << 7,

    /// <summary>So many strangers acted at once that the traces of some were given up.</summary>
    Crowded = 1 << 8,
}
