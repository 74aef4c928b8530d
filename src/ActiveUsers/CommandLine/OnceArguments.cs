namespace Athena.ActiveUsers.CommandLine;

/// <summary>What was asked of <c>once</c>, as typed; null where nothing was.</summary>
internal sealed record OnceArguments(string? From, string? To, string? Log, string? Dashboard)
{
    /// <summary>The message alone, as the chat would get it now.</summary>
    public bool IsPulse { get; init; }

    /// <summary>With each single time that somebody opened the dashboard.</summary>
    public bool IsWhole { get; init; }
}
