namespace Athena.Common.Settings;

/// <summary>One assignment of an environment file.</summary>
/// <param name="Key">The variable's name.</param>
/// <param name="Value">With quotes and escapes resolved as systemd does.</param>
/// <param name="Line">The line on which it begins, counted from 1.</param>
public sealed record EnvironmentFileEntry(string Key, string Value, int Line);
