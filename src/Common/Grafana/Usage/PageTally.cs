namespace Athena.Common.Grafana.Usage;

/// <summary>How Grafana did. Requests of the live channel (status -1), sight probes and our own are left out.</summary>
/// <param name="Requests">All answered requests, anonymous ones too.</param>
/// <param name="ServerErrors">Of these, status 500 to 599.</param>
/// <param name="P50">Median time of a page load (<c>GET</c> of a page's shell, 200) in milliseconds, within 1 %; null without one.</param>
/// <param name="P95">The same, 95th percentile.</param>
public sealed record PageTally(long Requests, long ServerErrors, long PageLoads, long? P50, long? P95);
