namespace Athena.AutoDisable.Watching;

/// <summary>
/// Grafana's database says that an account was made. Any role there may say it, so it is a hint to look, and nothing is known of the log by
/// it.
/// </summary>
internal sealed record BornSeen(long UserId);
