namespace Athena.Migration;

/// <summary>What a daemon is to take over from whoever guarded before.</summary>
/// <param name="Before">Until when the one before looked, as the user or systemd says it; null when nobody knows.</param>
/// <param name="All">Everything that is there was seen by the one before.</param>
/// <param name="HasOldGuard">There was one before; without, only a daemon without any state has something to adopt.</param>
/// <param name="By">Who takes over, for the audit.</param>
/// <param name="IsPreview">Only say what would be done.</param>
public sealed record Adoption(string? Before, bool All, bool HasOldGuard, string By, bool IsPreview);
