namespace Athena.AutoDisable.State;

/// <summary>The memory came out of a backup: who was locked, approved or rejected since that was made is not known to it.</summary>
/// <param name="BackupAt">The moment of the backup.</param>
/// <param name="At">When it was restored.</param>
/// <param name="GuardedUntil">
/// By the word of whoever restored it: until then the daemon was at work, so that whoever was made before and is enabled was approved. Null
/// when nobody says so: then all who came since the backup are new.
/// </param>
/// <param name="By">Who restored it.</param>
/// <param name="IsLooked">A complete look was made since: whoever comes now is new in any case.</param>
internal sealed record RestoredAutoDisable(
    DateTimeOffset BackupAt, DateTimeOffset At, DateTimeOffset? GuardedUntil, string By, bool IsLooked = false);
