namespace Athena.Migration;

/// <summary>What the user said on the command line.</summary>
/// <param name="Before">Until when the old guard looked.</param>
/// <param name="All">Everything that is there was seen.</param>
/// <param name="Yes">Every question is answered with yes.</param>
/// <param name="IsDryRun">Only say what would be done.</param>
internal sealed record MigrationOptions(string? Before, bool All, bool Yes, bool IsDryRun);
