namespace Athena.AutoDisable.State;

/// <summary>What an approval still asks to be done in Grafana. The admins and the person are told when it is done, not before.</summary>
/// <param name="Enable">
/// Whether the account is to be enabled by us: after our own command, or when our disable came after the approval. An admin who enabled it
/// themselves may have disabled it since, and that holds.
/// </param>
/// <param name="Letter">What the admins are told when it is done.</param>
/// <param name="Role">The role to give; null leaves it as it is.</param>
/// <param name="OrgId">The organisation the role is for; 0 for each in which they have none.</param>
/// <param name="Restore">Roles that were taken from them at the door; null when none were.</param>
/// <param name="Problem">Why it could not be done so far, as a sentence; null when nothing went wrong.</param>
internal sealed record Approval(
    bool Enable, LetterKind Letter, string? Role = null, long OrgId = 0, IReadOnlyList<RoleBefore>? Restore = null, string? Problem = null)
{
    /// <summary>They had been let in before and were locked by an import: nobody is told of each.</summary>
    public bool IsReturn { get; init; }

    /// <summary>True when there is nothing to do in Grafana.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsNothing => !Enable && Role is null && Restore is null;
}
