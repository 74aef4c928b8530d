namespace Athena.Common.State.Backups;

/// <summary>A file of a backup, as its manifest names it.</summary>
/// <param name="Path">Below the state directory, with slashes: <c>outbox/0f….json</c>.</param>
/// <param name="Sha256">Of its content, in hexadecimal.</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256);
