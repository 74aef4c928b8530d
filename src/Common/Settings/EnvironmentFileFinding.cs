namespace Athena.Common.Settings;

/// <summary>A line of an environment file that systemd reads otherwise than its author meant.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Key">The key concerned; null when the line holds none.</param>
/// <param name="What">What systemd makes of it.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record EnvironmentFileFinding(int Line, string? Key, string What, string Remedy);
