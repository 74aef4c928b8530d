namespace Athena.Common.Grafana.Usage;

/// <summary>A sight probe that came back in the log.</summary>
/// <param name="Nonce">The end of its path; anybody may send such a path, so only those count that were sent.</param>
public sealed record ProbeEcho(string Nonce, DateTimeOffset At);
