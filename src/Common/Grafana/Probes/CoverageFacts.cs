using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Common.Grafana.Probes;

/// <summary>All that is known when it is judged whether a window was seen.</summary>
/// <param name="Coverage">What the reader of the log and the probes say.</param>
/// <param name="Settings">Null when they may not be read.</param>
/// <param name="LeftOut">Ids that <paramref name="Activity"/> does not hold although they may be active: our own, and ignored ones.</param>
public sealed record CoverageFacts(
    Coverage Coverage, Activity Activity, UserDirectory UserDirectory, ServerSettings? Settings, IReadOnlySet<long> LeftOut)
{
    /// <summary>The sight probes that were sent; empty when none were.</summary>
    public ProbeBook Probes { get; init; } = ProbeBook.Empty;
}
