using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// The complete list, asked for beside all other work, and what has to be known to use it afterwards: what the gate has done since the
/// list was asked for is not in it.
/// </summary>
/// <param name="Outcome">How the question ended.</param>
/// <param name="Detail">The sentence of an answer that is none.</param>
/// <param name="Users">The list; null when there is none.</param>
/// <param name="Began">When it was asked for.</param>
/// <param name="Mark">The book's revision then.</param>
/// <param name="Number">Rises with each question.</param>
internal sealed record ListReading(
    GrafanaOutcome Outcome, string Detail, IReadOnlyList<GrafanaUser>? Users, DateTimeOffset Began, long Mark, long Number)
{
    /// <summary>Grafana's own settings, where a review is due; null where it did not tell them.</summary>
    public ServerSettings? Server { get; init; }
}
