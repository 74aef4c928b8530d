namespace Athena.AutoDisable.Policy;

/// <summary>One of Grafana's own settings on which it depends how well it is locked.</summary>
/// <param name="Section">Of grafana.ini, without brackets.</param>
/// <param name="Key">In it.</param>
/// <param name="Value">As it is; null where it could not be learnt.</param>
/// <param name="Why">What it means, a phrase.</param>
/// <param name="Better">The value to write; null where it is well, or not known.</param>
internal sealed record PostureLine(string Section, string Key, string? Value, string Why, string? Better)
{
    /// <summary><c>[security] cookie_secure = false: what it means</c></summary>
    public string What => Value switch
    {
        null => $"[{Section}] {Key} is not known: {Why}",
        "" => $"[{Section}] {Key} is not set: {Why}",
        { } value => $"[{Section}] {Key} = {value}: {Why}",
    };

    /// <summary>What to do; null where there is nothing.</summary>
    public string? Remedy => Better is null ? null : $"In grafana.ini, section [{Section}]: {Key} = {Better}";
}
