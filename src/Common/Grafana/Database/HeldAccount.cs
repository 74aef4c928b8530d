namespace Athena.Common.Grafana.Database;

/// <summary>An account that stays locked until somebody decides about it.</summary>
/// <param name="UserId">Grafana's id of it.</param>
/// <param name="Uid">Its uid; null where the row has none, or is gone.</param>
/// <param name="IsDisabled">Whether it is disabled; null where the row is gone.</param>
/// <param name="Since">Since when it is held, by the database's clock.</param>
/// <param name="IsBorn">It was disabled as its row was made.</param>
public sealed record HeldAccount(long UserId, string? Uid, bool? IsDisabled, DateTimeOffset Since, bool IsBorn);
