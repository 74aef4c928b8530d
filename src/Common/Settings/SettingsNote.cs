namespace Athena.Common.Settings;

/// <summary>What the file was before, and what we made of it.</summary>
/// <param name="Before">Its content; null when there was no file.</param>
/// <param name="After">SHA-256 of ours.</param>
internal sealed record SettingsNote(byte[]? Before, string After);
