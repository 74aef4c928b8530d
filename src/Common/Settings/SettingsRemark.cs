namespace Athena.Common.Settings;

/// <summary>Something about the settings that does not keep the daemon from its work, and that somebody should put right.</summary>
/// <param name="What">What was found and what is done about it; no secret in it.</param>
/// <param name="Remedy">What to write down.</param>
public sealed record SettingsRemark(string What, string Remedy);
