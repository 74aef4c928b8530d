namespace Athena.Common.Grafana;

/// <summary>An account that was just made.</summary>
/// <param name="Uid">Null where an old Grafana does not give one.</param>
public sealed record CreatedUser(long Id, string? Uid);
