namespace Athena.Common.Grafana.Database;

/// <summary>The mark that an account was disabled as its row was made.</summary>
/// <param name="UserId">Grafana's id of the account.</param>
/// <param name="At">When, by our clock.</param>
public sealed record BornMark(long UserId, DateTimeOffset At);
