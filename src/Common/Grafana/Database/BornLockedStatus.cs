namespace Athena.Common.Grafana.Database;

/// <summary>What a look at the triggers of born locked came to (docs/born-locked.md).</summary>
/// <param name="Standing">Whether new accounts are refused.</param>
/// <param name="Problems">What is missing or changed, a sentence each; empty unless it is broken or unknown.</param>
/// <param name="Cautions">What works and should not be so, a sentence each.</param>
public sealed record BornLockedStatus(BornLockedStanding Standing, IReadOnlyList<string> Problems, IReadOnlyList<string> Cautions)
{
    /// <summary>True when accounts that SCIM makes are let be.</summary>
    public bool ExceptsProvisioned { get; init; }

    /// <summary>The role to whom the schema belongs, which is whoever installed it; null where there is none.</summary>
    public string? Owner { get; init; }

    /// <summary>True when that role is a superuser.</summary>
    public bool IsOfSuperuser { get; init; }

    /// <summary>No look has been made, or it did not succeed.</summary>
    public static BornLockedStatus Unknown(string why) => new(BornLockedStanding.Unknown, [why], []);
}
