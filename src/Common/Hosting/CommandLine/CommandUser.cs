namespace Athena.Common.Hosting;

/// <summary>The person who runs a command.</summary>
public static class CommandUser
{
    /// <summary>For the audit: behind sudo the person, not root.</summary>
    public static string Name => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? $"{user} (sudo)" : Environment.UserName;
}
