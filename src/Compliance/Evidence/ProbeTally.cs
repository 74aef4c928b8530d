namespace Athena.Compliance.Evidence;

/// <summary>What became of the sight probes of a window.</summary>
/// <param name="Found">So many came back in the log.</param>
/// <param name="Lost">So many were answered by Grafana and are not in the log.</param>
internal sealed record ProbeTally(int Found, int Lost);
