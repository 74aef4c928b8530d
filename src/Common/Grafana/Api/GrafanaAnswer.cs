using System.Diagnostics.CodeAnalysis;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// The typed outcome of one call. An answer is never an exception: what Grafana says is expected, whatever it says.
/// </summary>
/// <param name="Outcome">Which of the cases it is.</param>
/// <param name="Value">What was asked for; null unless the outcome is <see cref="GrafanaOutcome.Done"/>.</param>
/// <param name="Detail">A sentence for the sysadmin: what was asked, what came back, and for a refusal the permission that is
/// missing.</param>
public sealed record GrafanaAnswer<T>(GrafanaOutcome Outcome, T? Value, string Detail)
    where T : class
{
    /// <summary>True when Grafana answered and <see cref="Value"/> is there.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsDone => Outcome == GrafanaOutcome.Done && Value is not null;
}
