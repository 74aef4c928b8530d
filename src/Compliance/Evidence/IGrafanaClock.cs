namespace Athena.Compliance.Evidence;

/// <summary>The clock by which Grafana writes its log, which is the one that says when an hour of that log is over.</summary>
internal interface IGrafanaClock
{
    /// <summary>Whether it has come to that time.</summary>
    /// <returns>Null when it cannot be told, as while Grafana does not answer.</returns>
    Task<bool?> HasReachedAsync(DateTimeOffset time, CancellationToken cancel);
}
