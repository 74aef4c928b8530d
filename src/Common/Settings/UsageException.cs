namespace Athena.Common.Settings;

/// <summary>An argument of a command is none; the message says how it is written. No setting is at fault.</summary>
public sealed class UsageException(string message) : Exception(message);
