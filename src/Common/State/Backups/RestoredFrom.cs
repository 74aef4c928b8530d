namespace Athena.Common.State.Backups;

/// <summary>
/// In the state of a daemon whose memory was restored: between these two times it may have done what it does not remember.
/// </summary>
/// <param name="BackupAt">The moment of the backup.</param>
/// <param name="At">When it was restored.</param>
public sealed record RestoredFrom(DateTimeOffset BackupAt, DateTimeOffset At);
