namespace Athena.Common.Grafana.Api;

/// <summary>An account that was just made.</summary>
/// <param name="Uid">Null where an old Grafana does not give one.</param>
public sealed record CreatedUser(long Id, string? Uid);
