namespace Athena.Migration;

/// <summary>What a change of guards must know about the daemon.</summary>
/// <param name="Daemon">Its name.</param>
/// <param name="MayRunAnyTime">
/// One more run of the old guard harms nobody, and proves that it works. Not so where each run sends a report.
/// </param>
/// <param name="WhyNotYet">From the daemon's status: why it does not do its work yet; null when it does.</param>
internal sealed record MigrationTarget(string Daemon, bool MayRunAnyTime, Func<CancellationToken, Task<string?>> WhyNotYet);
