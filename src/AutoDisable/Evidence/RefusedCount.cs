namespace Athena.AutoDisable.Evidence;

/// <summary>Requests of disabled accounts that Grafana refused, of all of them together.</summary>
/// <param name="Count">How many.</param>
/// <param name="Since">From when on they were counted.</param>
internal readonly record struct RefusedCount(long Count, DateTimeOffset Since)
{
    /// <summary>A sentence for the admins; null where there were none.</summary>
    /// <param name="since">The time in their words.</param>
    public string? Sentence(string since) => Count == 0 ? null : FormattableString.Invariant(
        $"{Count} {(Count == 1 ? "request" : "requests")} of disabled accounts {(Count == 1 ? "was" : "were")} refused since {since}")
        + "; Grafana's log does not say whose they were.";
}
