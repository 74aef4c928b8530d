namespace Athena.AutoDisable.Accounts;

/// <summary>
/// An admitted account that the list no longer holds. Should its uid come back (a lagging replica, a deletion that was rolled back), it is
/// still admitted: nobody can choose a uid.
/// </summary>
internal sealed record Departed(string Uid, DateTimeOffset At);
