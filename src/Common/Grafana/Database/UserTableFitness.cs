namespace Athena.Common.Grafana.Database;

/// <summary>Whether Grafana's tables can be used as they are. Each text is a sentence that names table, column or grant.</summary>
/// <param name="Outcome">Done when all is well; else the worst that was found.</param>
/// <param name="Problems">What is in the way; empty when <paramref name="Outcome"/> is Done.</param>
/// <param name="Cautions">What works but should not be so, such as a role that may do more than it needs.</param>
public sealed record UserTableFitness(UserTableOutcome Outcome, IReadOnlyList<string> Problems, IReadOnlyList<string> Cautions)
{
    public bool IsFit => Outcome == UserTableOutcome.Done;
}
