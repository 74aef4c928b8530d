namespace Athena.Common.Daemon.CommandLine;

/// <summary>The person who runs a command.</summary>
public static class CommandUser
{
    /// <summary>For the audit: behind sudo the person, not root. Found out once: a command of root becomes somebody else.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user
        ? $"{user} (sudo)"
        : Environment.UserName;
}
