namespace Athena.Common.Grafana.Usage;

/// <summary>
/// Requests of which Grafana could not find out who asked, because its database or directory server did not answer. A short outage that no
/// look at Grafana's health meets is seen here, and only here.
/// </summary>
/// <param name="Requests">At least one.</param>
/// <param name="First">Time of the first of them.</param>
/// <param name="Last">Time of the last.</param>
public sealed record DatabaseFailures(long Requests, DateTimeOffset First, DateTimeOffset Last);
