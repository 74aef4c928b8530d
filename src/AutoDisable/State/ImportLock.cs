namespace Athena.AutoDisable.State;

/// <summary>
/// Somebody who was let in is locked because their row was put anew into Grafana's database, where new accounts are born locked.
/// </summary>
/// <param name="At">When that was found out.</param>
/// <param name="ToldKey">Key of the mail that tells it; null while none is planned.</param>
internal sealed record ImportLock(DateTimeOffset At, string? ToldKey = null);
