namespace Athena.AutoDisable.Accounts;

/// <summary>The evidence of how an account came.</summary>
/// <param name="Kind">The way.</param>
/// <param name="At">The log's time of it; null when no line was seen.</param>
/// <param name="By">Login of the administrator who made it; null otherwise.</param>
/// <param name="Address">The address he came from. It is claimed: clients may set the header it is taken from (docs/grafana.md §1).</param>
internal sealed record Arrival(ArrivalKind Kind, DateTimeOffset? At, string? By, string? Address)
{
    public static Arrival Unknown { get; } = new(ArrivalKind.Unknown, null, null, null);
}
