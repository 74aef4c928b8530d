namespace Athena.AutoDisable.State;

/// <summary>
/// An admitted account that the list no longer holds. Should its uid come back (a lagging replica, a deletion that was rolled back), it is
/// still admitted: nobody can choose a uid.
/// </summary>
/// <param name="IsDisabled">It had been disabled meanwhile, by an admin or by somebody else.</param>
/// <param name="Until">When the access ends that was given for a time; null when it does not.</param>
internal sealed record Departed(string Uid, DateTimeOffset At, bool IsDisabled = false, DateTimeOffset? Until = null);
