using Athena.Common.Grafana.Usage;

namespace Athena.Compliance.Policy;

/// <summary>A decision with its reason.</summary>
/// <param name="Reason">A sentence without names, which can be kept for years.</param>
/// <param name="Proof">For <see cref="Outcome.InUse"/> the strongest proof of use; null elsewhere.</param>
internal sealed record Finding(Outcome Outcome, string Reason, ActivityProof? Proof = null)
{
    /// <summary>For <see cref="Outcome.NotSeen"/>: what the reason comes down to, the same for each hour of the same trouble; for
    /// <see cref="Outcome.InUse"/> what it would have come down to. Null elsewhere.</summary>
    public string? Cause { get; init; }

    /// <summary>Whether First2Lead gets a report.</summary>
    public bool IsReported => Outcome is Outcome.OnlyAdmins or Outcome.OnlyAdminsInPart;
}
